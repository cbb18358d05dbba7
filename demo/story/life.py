"""What the lives of a lead and of a deal share: touches, plans, forgetting, and people who leave."""

from random import Random

from demo.company import Row
from demo.story import activities
from demo.story.moments import DAY, HOUR, after, day_of, iso_moment
from demo.story.people import BY_NUMBER, UNLISTED, Employee
from demo.story.world import World, lots

STRANGER = Employee(UNLISTED, "", "", 0, "", pace=0.4, plans=0.4)


class Life:
    """A record that somebody works on: touched again and again until it ends or is forgotten."""

    entity = ""
    owner_type = 0

    def __init__(self, world: World, employee: Employee) -> None:
        self.world, self.employee = world, employee
        self.number = world.number(f"{self.entity}s")
        self.draw: Random = lots(self.entity, self.number)
        self.row = self.first_row()
        self.ended = False
        self._plan: Row | None = None

    def first_row(self) -> Row:
        """The record as it is created."""
        raise NotImplementedError

    @property
    def owner(self) -> activities.Owner:
        return self.owner_type, self.number

    def begin(self) -> None:
        """Let the record be created, and all that follows from it."""
        raise NotImplementedError

    def enter(self) -> None:
        """Put the record into its table and its first stage into the history."""
        self.world.tables[f"{self.entity}s"].put(self.row)
        self.world.stage_entry(self.entity, self.row, 1)

    def touch_after(self, working_days: float) -> None:
        """Come back to the record so much later; the next step is put down first, or is not."""
        moment = after(self.world.now, working_days)
        here = self.employee.works(day_of(self.world.now))
        if self.draw.random() < self.employee.plans and self._plan is None and here:
            late = DAY * self.draw.randrange(1, 4) if self.draw.random() < 0.1 else self.draw.randrange(3 * HOUR)
            deadline = None if self.draw.random() < 0.06 else max(moment - late, self.world.now + HOUR)
            self._plan = activities.plan(self.world, self.owner, self.employee.number, deadline, self.draw)
            self.bind(int(self._plan["ID"]))
        self.world.at(moment, self._touched)

    def touch(self) -> None:
        """Do what is next; a kind of record says what."""
        raise NotImplementedError

    def give_up(self) -> None:
        """End a record that lay too long."""
        raise NotImplementedError

    def bind(self, activity: int) -> None:
        """Bind something planned to more records than its owner."""

    def _touched(self) -> None:
        if self.ended:
            return
        if not self.employee.works(day_of(self.world.now)):
            self._leave()
            return
        if self._plan is not None:
            activities.complete(self.world, self._plan)
            self._plan = None
            self.row["LAST_ACTIVITY_TIME"] = self.row["DATE_MODIFY"] = iso_moment(self.world.now)
        self.touch()

    def _leave(self) -> None:
        """The responsible is not there any more: half of what they had is given to somebody, half lies."""
        if not self.employee.dismissed or self.draw.random() < 0.5:
            return
        heir = self.heir()
        self.employee = heir
        self.row["ASSIGNED_BY_ID"] = str(heir.number)
        self.changed()
        self.touch_after(0.5 + 2 * self.draw.random())

    def heir(self) -> Employee:
        """Who takes over from somebody who left."""
        return BY_NUMBER[15 if self.number % 2 else 21]

    def forgotten(self, factor: float, longest: int, tidied: float) -> bool:
        """Whether the record is now left lying; if so it is tidied away by so many days later, with a chance."""
        if self.draw.random() >= self.employee.forgets * factor:
            return False
        if self.draw.random() < 0.6:
            self.touch_after(1 + 4 * self.draw.random())  # a step is put down, and nobody will take it
        self.ended = True
        self.tidy_after(45, longest, tidied)
        return True

    def tidy_after(self, shortest: int, longest: int, chance: float) -> None:
        """Let the record be given up some days later, with this chance."""
        if self.draw.random() < chance:
            self.world.at(after(self.world.now + self.draw.randrange(shortest, longest) * DAY, 0.1), self._tidied)

    def _tidied(self) -> None:
        if self._plan is not None:
            activities.complete(self.world, self._plan)
            self._plan = None
        self.give_up()

    def contacts(self, usual: float) -> None:
        """Contacts of one touch: as many as the employee's pace makes of the usual number."""
        amount = usual * self.employee.pace
        count = int(amount) + (self.draw.random() < amount % 1)
        for _ in range(count):
            self._contact()
        if self.draw.random() < 0.16 * min(self.employee.pace, 1.5):
            self.world.comment((self.entity, self.number), self.employee.number)

    def _contact(self) -> None:
        world, owner, number = self.world, self.owner, self.employee.number
        lot = self.draw.random()
        if lot < 0.5:
            incoming = self.draw.random() < 0.22
            activities.call(world, owner, number, self.draw, activities.INCOMING if incoming else activities.OUTGOING)
        elif lot < 0.73:
            activities.email(world, owner, number)
        elif lot < 0.88:
            activities.email(world, owner, number, activities.INCOMING)
        elif lot < 0.95:
            activities.chat(world, owner, number)
        else:
            activities.meeting(world, owner, number)
        self.row["LAST_ACTIVITY_TIME"] = self.row["DATE_MODIFY"] = iso_moment(world.now)

    def changed(self) -> None:
        """Note that the record was edited now."""
        self.row["DATE_MODIFY"] = iso_moment(self.world.now)

    def moved(self, kind: int) -> None:
        """Note that the record has come to a stage now; ``kind`` is the TYPE_ID of the entry in the history."""
        self.row["MOVED_TIME"] = self.row["DATE_MODIFY"] = iso_moment(self.world.now)
        self.world.stage_entry(self.entity, self.row, kind)
