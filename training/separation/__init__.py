"""The separator: its network, how mixes are drawn, training, export, and the page of what was measured."""
