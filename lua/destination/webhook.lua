--- Any HTTP endpoint: the alert itself, schema "tocsin.alert/1". The sender adds webhook-id,
--- webhook-timestamp and, where there is a `secret`, webhook-signature.

---@param alert table
---@return Request
function request(alert)
  return { body = alert }
end
