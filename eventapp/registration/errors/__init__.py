"""Refusals around registration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class RegistrationClosed(Refused):
    message = _l("Registration is closed at the moment.")


class CategoryClosed(Refused):
    status = 422
    message = _l("This category is not open for registration. Please choose another one.")
    field = "category"


class NoticeChanged(Refused):
    status = 422
    message = _l("The privacy notice has changed while you were filling in the form. Please read it and agree again.")
    field = "consent"


class TooManyRegistrations(Refused):
    status = 429
    message = _l(
        "This address was used for many registrations in the last hour. Please wait a while or use another one."
    )
    field = "email"


class NoPlaceLeft(Refused):
    message = _l("There is no place left in this category.")


class OfferLapsed(Refused):
    message = _l("This place was held for you until a moment that has passed, so it goes to the next on the list.")


class SameCategory(Refused):
    status = 422
    message = _l("The registration is in this category already.")
    field = "category"


class NoPlaceThere(Refused):
    message = _l("There is no place left in that category, so nothing was changed.")
    field = "category"


class TeamDecidesThere(Refused):
    message = _l("The organisers decide who comes in that category. Please write to them.")
    field = "category"


class NoPartiesHere(Refused):
    status = 422
    message = _l("This category takes no parties: everybody registers alone. Please choose another one.")
    field = "category"


class PartyEmpty(Refused):
    status = 422
    message = _l("Name at least one person.")


class PartyTooLarge(Refused):
    status = 422
    message = _l("A party has at most %(most)s people. Please register the others as a second one.")


class TooManyParties(Refused):
    status = 429
    message = _l("Several parties were registered with this address in the last hour. Please wait a while.")
    field = "contact_email"


class TooManyForOneAddress(Refused):
    status = 422
    message = _l(
        "%(email)s stands beside too many people. Leave it out for those who have no address of their own: you see all passes."
    )


class CapacityBelowTaken(Refused):
    status = 422
    message = _l("%(taken)s places are already taken, so there cannot be fewer than that.")
    field = "capacity"


class NotPossibleNow(Refused):
    """The registration's state does not allow this any more."""

    message = _l("This is no longer possible: the registration is now “%(state)s”.")


class ChangesOver(Refused):
    message = _l(
        "Changes were possible until %(moment)s. You can still withdraw; for anything else write to the organisers."
    )


class EventHasEnded(Refused):
    message = _l("The event has ended, so there is nothing left to withdraw from.")


class NoWayToReach(Refused):
    status = 422
    message = _l("Leave an e-mail address or a phone number, so that there is a way to reach this guest.")
    field = "phone"


class TeamHandsOver(Refused):
    message = _l(
        "In this category the organisers decide who comes. Please ask them to give your place to your colleague."
    )


class SameAddress(Refused):
    status = 422
    message = _l("This is the address we have already. If no mail came, look among the unwanted ones.")
    field = "email"


class CorrectedTooOften(Refused):
    status = 429
    message = _l(
        "The address of this registration was corrected several times today. Please try again tomorrow, or write to the "
        "organisers."
    )
    field = "email"


class LinkUnknown(Refused):
    status = 404
    message = _l("We could not find this registration. Please open the link from your latest mail.")


class CategoryCodeTaken(Refused):
    status = 422
    message = _l("Another category of this event already has this code.")
    field = "code"


class PassesUsedUp(Refused):
    message = _l("This pass was renewed too often. Cancel the registration and make a new one.")


class CategoryNameMissing(Refused):
    status = 422
    message = _l("Give a name in English or in Chinese.")
    field = "name_en"


class NoticeMissing(Refused):
    status = 422
    message = _l("Write the notice in English or in Chinese.")
    field = "body_en"


class NotBookable(Refused):
    message = _l("This cannot be booked any more. Please look at the list again.")


class BookingNotOpen(Refused):
    message = _l("“%(title)s” cannot be booked yet.")


class BookingClosed(Refused):
    message = _l("“%(title)s” can no longer be booked.")


class SeatNotHeld(Refused):
    message = _l(
        "The seat is no longer held for you; it went to the next guest. You can put yourself on the list again."
    )


class AlreadyBookable(Refused):
    status = 422
    message = _l("This session can be booked already.")
    field = "session"


class BookingEndsFirst(Refused):
    status = 422
    message = _l("Booking must open before it closes.")
    field = "closes_at"


class SessionBooked(Refused):
    message = _l("%(number)s guests have booked this session. First end its booking on the page “Bookings”.")


class SessionHasSeats(Refused):
    message = _l("This session has seats of its own. First end its booking on the page “Bookings”.")


class CategoryNotOpenYet(Refused):
    status = 422
    message = _l("Registration in this category opens on %(moment)s. Please come back then or choose another one.")
    field = "category"


class CategoryOver(Refused):
    status = 422
    message = _l("Registration in this category has ended. Please choose another one.")
    field = "category"


class CategoryClosesFirst(Refused):
    status = 422
    message = _l("The category would close before it opens.")
    field = "closes_at"


class CodeUnknown(Refused):
    """Also said of a code that has ended, so that nobody learns which words were codes once."""

    status = 422
    message = _l("We do not know this code. Please check how it is spelled, or leave it empty.")
    field = "code"


class CodeExpired(Refused):
    status = 422
    message = _l("This code is no longer valid. Please ask whoever gave it to you.")
    field = "code"


class CodeUsedUp(Refused):
    status = 422
    message = _l("This code has been used as often as it may be. Please ask whoever gave it to you.")
    field = "code"


class CodeTaken(Refused):
    status = 422
    message = _l("This event has this code already; upper and lower case count as the same.")
    field = "code"


class UsesBelowUsed(Refused):
    status = 422
    message = _l("The code was used %(used)s times already, so there cannot be fewer than that.")
    field = "most_uses"


class InvitationUnknown(Refused):
    status = 404
    message = _l("We could not find this invitation. Please open the link from your latest mail.")


class InvitationExpired(Refused):
    message = _l("This invitation was open until %(moment)s. Please write to the organisers if you would like to come.")


class InvitationUsed(Refused):
    message = _l("You have registered with this invitation already.")


class InvitationAnswered(Refused):
    message = _l("This invitation is already answered: it is now “%(state)s”.")


class InvitationNotDrafted(Refused):
    message = _l("This invitation was sent already, so it cannot be deleted.")


class RemindedToday(Refused):
    message = _l("This guest got a mail from you less than a day ago. Please wait until tomorrow.")


class NothingToInviteTo(Refused):
    message = _l("Publish the event first: the link in the mail leads to its registration.")


class EventIsOver(Refused):
    message = _l("The event has begun, so this is no longer possible.")


class DeputyMayNotHandOn(Refused):
    message = _l("You come in somebody's place already, so the invitation cannot be handed on once more.")


class InvitedAlready(Refused):
    status = 422
    message = _l("This guest is on the list already, with the same name and address.")
    field = "email"


class PlusOnesBelowBrought(Refused):
    status = 422
    message = _l("You may bring at most %(most)s more people.")
    field = "companions"


class QuestionLabelMissing(Refused):
    status = 422
    message = _l("Write the question in English or in Chinese.")
    field = "label_en"


class ConditionNotPossible(Refused):
    status = 422
    message = _l("This condition cannot be met by whoever is asked this question. Choose another one.")
    field = "condition"


class QuestionInUse(Refused):
    message = _l("“%(label)s” is asked depending on this question. Change or archive it first.")


class ReadyQuestionThere(Refused):
    message = _l("This ready-made question is on the form already.")


class TooManyQuestions(Refused):
    message = _l("A form with so many questions is not filled in by anybody. Archive some first.")


class ChoiceLabelMissing(Refused):
    status = 422
    message = _l("Write the choice in English or in Chinese.")
    field = "label_en"


class ChoiceInCondition(Refused):
    message = _l("“%(label)s” is asked only of those who choose this. Change or archive it first.")


class FileRefused(Refused):
    status = 422
    message = _l("This is no PDF, Word document (DOCX) or picture (JPEG, PNG, WebP). Please choose another file.")


class FileTooLarge(Refused):
    status = 422
    message = _l("This file is larger than %(megabytes)s MB. Please send a smaller one.")


class TooManyFiles(Refused):
    status = 429
    message = _l("Too many files came in at this moment. Please send the form again in an hour.")


class AnswerGone(Refused):
    message = _l("This answer is no longer there.")


class ConsentNotAsked(Refused):
    status = 422
    message = _l("This event does not ask for this consent.")


class ReasonMissing(Refused):
    status = 422
    message = _l("Say in a few words why: it is kept in the history.")
    field = "reason"


class NotYetDue(Refused):
    message = _l("This data is to be kept until %(day)s.")


class DataRemoved(Refused):
    """Of this registration nothing is left but that it was there."""

    status = 410
    message = _l(
        "What we held about you for this event was removed on %(day)s: name, contact and answers. Only the fact that somebody "
        "was registered is still counted."
    )


class FileGone(Refused):
    status = 422
    message = _l("This file is no longer here. Please choose it again.")


class TableUnreadable(Refused):
    status = 422
    message = _l("This file could not be read. Send a table as CSV, or a spreadsheet as .xlsx.")
    field = "table"


class TableWithoutHeads(Refused):
    status = 422
    message = _l(
        "The first row names no columns that we know. It needs at least a name and an e-mail address or a phone number."
    )
    field = "table"


class FormSentBefore(Refused):
    message = _l("This form was sent before, for something else. Please open it anew and fill it in again.")
