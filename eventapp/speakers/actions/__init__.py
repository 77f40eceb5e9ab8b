"""What organisers and speakers do: invite, remind, answer, write, send a portrait, approve."""

from eventapp.speakers.actions.answering import answer_part, cancel_speaker_pass, note_answer
from eventapp.speakers.actions.inviting import (
    draft_invitation,
    invite_speaker,
    remind_due,
    remind_speaker,
    resume_reminders,
    set_reminder_days,
    stop_reminders,
)
from eventapp.speakers.actions.picturing import cut_portrait, send_portrait, take_portrait_back
from eventapp.speakers.actions.sweeping import delete_unused_pictures
from eventapp.speakers.actions.withdrawing import (
    come_after_all,
    forget_withdrawals,
    take_back_withdrawal,
    withdraw_again,
    withdraw_person,
)
from eventapp.speakers.actions.writing import approve_words, write_profile, write_talk

__all__ = [
    "answer_part",
    "approve_words",
    "cancel_speaker_pass",
    "come_after_all",
    "cut_portrait",
    "delete_unused_pictures",
    "draft_invitation",
    "forget_withdrawals",
    "invite_speaker",
    "note_answer",
    "remind_due",
    "remind_speaker",
    "resume_reminders",
    "send_portrait",
    "set_reminder_days",
    "stop_reminders",
    "take_back_withdrawal",
    "take_portrait_back",
    "withdraw_again",
    "withdraw_person",
    "write_profile",
    "write_talk",
]
