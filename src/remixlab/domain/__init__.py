"""Floor 0: the words everything else is said in. Import its files: `audio`, `errors`, `ids`, `money`, `music`, `ports`, `rights`, `song`, `value`."""
