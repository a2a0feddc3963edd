"""The desk's drawers, one a screen: services as that screen needs them. Calls run in threads; texts leave plain."""
