// The handovers the server told of, and what the signed-in person said to have read.

import { userDb } from "./db.js"
import * as net from "./net.js"

const HANDOVER = "handover"
const READ = "handover_read"

// With the walk pack, whose person and time they get; the ones before stay until replaced.
export async function fetchHandovers({ person, server_time }) {
  const outcome = await net.askForeign("/floor/handover")
  if (outcome.kind !== "answer") return
  await (await userDb()).put("pack", { ...outcome.body, person: person.id, server_time }, HANDOVER)
}

// {outgoing, incoming, server_time}, or null.
export async function toldHandovers(person) {
  const kept = await (await userDb()).get("pack", HANDOVER)
  return kept?.person === person ? kept : null
}

// {shift, digest}, or null.
export const lastRead = async () => (await (await userDb()).get("meta", READ)) ?? null

export const sayRead = async ({ shift, digest }) => (await userDb()).put("meta", { shift: shift.id, digest }, READ)
