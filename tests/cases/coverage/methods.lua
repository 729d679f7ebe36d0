local scale = {low = 1}
function scale:above(n) return n > self.low end
function scale.name(n)
  if scale:above(n) then return ("high"):upper() end
  return ("low"):upper()
end

function rule(event)
  return scale.name(event.n):find("^HI") and event.eventName:sub(1, 1) == "A"
end
