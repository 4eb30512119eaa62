"""How each way of scoring asks, ends and shows its result; what they share is in `bot.assessing`."""
