"""The coach that comes back: what it says by itself to a member, and what the member's answers lead to."""
