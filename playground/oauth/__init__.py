"""Installing by OAuth: the consent page, its codes, and the tokens that an app gets for them."""
