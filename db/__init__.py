"""The only room that speaks SQL; rows become core values before they leave."""
