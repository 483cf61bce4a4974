"""Where sound meets words: the joint audio-text embedding, its training, export and page."""
