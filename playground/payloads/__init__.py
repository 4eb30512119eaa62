"""What Slack sends: payloads in exactly the shape that apps get them."""
