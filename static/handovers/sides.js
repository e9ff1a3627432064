// The handovers this person gives and takes, as this phone knows them now.

import { ownEntries } from "../findings/own.js"
import { inWords } from "../floor/i18n.js"
import { shiftAt } from "../floor/on-duty-rules.js"
import { lastRead, toldHandovers } from "../sync/told.js"
import { calls, isLead, sidesOf, unread } from "./rules.js"

const NONE = { outgoing: null, incoming: null }

export async function sides({ person, shift }) {
  const told = await toldHandovers(person.id)
  if (!told) return NONE
  const me = { ...person, leads: isLead(person, shiftAt(shift, Date.now())?.lead) }
  return sidesOf(told, await ownEntries("handover_sign", "handover_accept"), me, await lastRead())
}

export const callsOf = async (known) => calls(await sides(known), known.person, Date.now())

export const unreadOf = async (known) => unread(await sides(known), known.person)

export const nameOf = ({ shift }) => inWords(shift.name)
