function rule(event)
  local count = 0
  for i = 1, event.n do
    if i % 2 == 0 then
      goto continue
    end
    count = count + i
    ::continue::
  end
  if count > 100 then goto far end
  do return count == 4 end
  ::far::
  return false
end
