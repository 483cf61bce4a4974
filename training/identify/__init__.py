"""What identification needs to have measured beforehand."""
