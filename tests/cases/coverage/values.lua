function rule(event)
  local name = event.name or "nobody"
  local size = event.n and event.n > 5 and "big" or "small"
  local other = name == "nobody"
  return size == "big" and not other
end
