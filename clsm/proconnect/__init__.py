"""Signing in with ProConnect, where its settings are given; accounts stay opened by invitation."""
