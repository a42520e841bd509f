// The text at an address.
export async function get(address, signal) {
  // No cookies: a guest neither sends nor stores any.
  const reply = await fetch(address, { signal, credentials: 'omit' });
  if (!reply.ok) throw reply.status;
  return reply.text();
}
