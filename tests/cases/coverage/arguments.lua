function rule(event)
  local list = {event.a or 1, key = event.b and 2, [event.c or "k"] = true}
  local size = tostring(event.n or 0)
  return list[1] == 5 and size == "0"
end
