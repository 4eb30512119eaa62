"""Declares the Home tab, which is published when it is opened and when another capability asks for it."""

from bot.feature import Feature
from bot.features.home.handlers import home_opened, publish

FEATURE = Feature(name="home", events={"app_home_opened": home_opened}, refresh_home=publish)
