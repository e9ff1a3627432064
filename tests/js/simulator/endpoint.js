// The real server, in the words of model-server.js: over HTTP what phones do, and through its
// operator (tests/simulator/operator.py) what only those may who run it.

import { request as send } from "node:http"

export class Endpoint {
  // ask(question, …with): what the operator answers.
  static async reach(url, ask, agenda) {
    agenda.now = Date.now() // phones whose clocks are right agree with the server
    return Object.assign(new Endpoint(), { url, ask, people: await ask("start_over") })
  }

  signIn = ({ id }) => this.ask("sign_in", id)
  endSession = (cookie) => this.ask("end_session", cookie)
  backUp = ({ publish }) => this.ask("back_up", publish)
  restore = (copy) => this.ask("restore", copy)
  erase = (id) => this.ask("erase", id)
  facts = () => this.ask("facts")

  // What a browser adds to a request of our page's.
  async handle({ method, path, headers, body, cookie }) {
    const content = body === undefined ? null : Buffer.from(body)
    const own = { "Sec-Fetch-Site": "same-origin", Cookie: `mallops=${cookie}`, Connection: "close" }
    const all = { ...headers, ...own, ...(content && { "Content-Length": content.length }) }
    return new Promise((resolve, reject) => {
      const request = send(`${this.url}${path}`, { method, headers: all }, (response) => resolve(read(response)))
      request.on("error", reject)
      request.end(content)
    })
  }
}

async function read(response) {
  const pieces = await response.toArray()
  const { "content-type": type, "retry-after": retryAfter, date } = response.headers
  return { status: response.statusCode, type, retryAfter, date, text: Buffer.concat(pieces).toString() }
}
