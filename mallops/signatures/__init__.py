"""Second signatures: rounds that the law wants signed by two, and days signed off."""
