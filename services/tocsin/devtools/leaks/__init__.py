"""Values that nobody may read, through the whole product: where do they stand afterwards?"""
