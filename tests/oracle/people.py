"""Employees and departments: names, who is dismissed, what a department's subtree is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable

from tests.oracle.staging import Row, first_id, flag, link, newest, text


class People:
    """Who answers for what. An id no `user` row explains is an employee too; 0 is nobody."""

    def __init__(self, users: Iterable[Row], departments: Iterable[Row]) -> None:
        self._names: dict[int, str] = {}
        self._department: dict[int, int] = {}
        self._active: dict[int, bool] = {}
        self._outsiders: set[int] = set()  # extranet, collaborator, e-mail: users who are no employees
        for row in newest(users, "ID"):
            user = link(row.get("ID"))
            parts = (text(row.get("LAST_NAME")).strip(), text(row.get("NAME")).strip())
            self._names[user] = " ".join(part for part in parts if part)
            self._department[user] = first_id(row.get("UF_DEPARTMENT"))
            self._active[user] = flag(row.get("ACTIVE"))
            if text(row.get("USER_TYPE")).lower() not in ("", "employee"):
                self._outsiders.add(user)
        self._departments: dict[int, str] = {}
        self._children: dict[int, set[int]] = defaultdict(set)
        for row in newest(departments, "ID"):
            department, parent = link(row.get("ID")), link(row.get("PARENT"))
            self._departments[department] = text(row.get("NAME"))
            if parent:
                self._children[parent].add(department)

    def name(self, employee_id: int) -> str:
        if not employee_id:
            return "Без ответственного"
        return self._names.get(employee_id) or f"Сотрудник {employee_id}"

    def department_of(self, employee_id: int) -> int:
        return self._department.get(employee_id, 0)

    def department(self, department_id: int) -> str:
        if not department_id:
            return "Без отдела"
        return self._departments.get(department_id) or f"Отдел {department_id}"

    def dismissed(self, employee_id: int) -> bool:
        return not self._active.get(employee_id, True)

    def active(self, working: Container[int]) -> set[int]:
        """Existing users who are not dismissed; of outsiders only those ``working``: with a lead, deal or activity."""
        return {
            user for user, active in self._active.items() if active and (user not in self._outsiders or user in working)
        }

    def subtree(self, picked: Iterable[int]) -> set[int]:
        """The departments picked and all below them, however the tree is knotted."""
        found: set[int] = set()
        ahead = list(picked)
        while ahead:
            department = ahead.pop()
            if department not in found:
                found.add(department)
                ahead.extend(self._children.get(department, ()))
        return found

    def employee_columns(self, employee_id: int) -> dict[str, object]:
        return {"employee_id": employee_id, "employee": self.name(employee_id)}

    def department_columns(self, department_id: int) -> dict[str, object]:
        return {"department_id": department_id, "department": self.department(department_id)}

    def columns(self, employee_id: int) -> dict[str, object]:
        return self.employee_columns(employee_id) | self.department_columns(self.department_of(employee_id))
