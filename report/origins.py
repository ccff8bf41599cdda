"""The published reports whose tables this report makes again on new data."""

AI_TALENT = "《AI 大模型人才发展报告》"
"""Postings of BOSS直聘, end of 2023."""

MAIMAI = "脉脉《2024 大模型人才报告》"

PEKING_ZHAOPIN = "北京大学国发院 × 智联招聘《AI 大模型对我国劳动力市场潜在影响研究（2024）》"
