from partnerships.models.income import IncomeDay

__all__ = ["IncomeDay"]
