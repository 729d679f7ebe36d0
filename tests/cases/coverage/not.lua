function rule(event)
  if not event.a then return false end
  if not (event.b or event.c) then return true end
  return not not event.d
end
