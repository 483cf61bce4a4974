"""Trained networks: loaded once, run on one thread, described by a card. No music in here."""

from remixlab.networks.cards import model_cards
from remixlab.networks.load import Network, OnnxNetwork, Tensor, has_network, load_network, weights_of

__all__ = ["Network", "OnnxNetwork", "Tensor", "has_network", "load_network", "model_cards", "weights_of"]
