"""Language models are asked, their recorded answers looked up, and what they say of each other judged."""
