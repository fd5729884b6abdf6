"""At home: stands in for those who deliver the customers."""
