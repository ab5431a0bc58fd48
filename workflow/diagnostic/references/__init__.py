"""What is public and the same for every study: the law, dated texts, services, and where the files of it lie."""
