"""tracker: a curated-resource link tracker and feed aggregator for people who learn from the web."""

__version__ = "0.2.0"
