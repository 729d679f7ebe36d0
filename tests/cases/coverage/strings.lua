function rule(event)
  local seen = {}
  for word in event.text:gmatch("%a+") do
    if #word > 3 and not seen[word] then
      seen[word], seen[#seen + 1] = true, word
    end
  end
  local text = event.text:gsub("o", function(c)
    if c == "x" then return "y" end
    return "0"
  end)
  return seen[1] == "some" and text:sub(2, 2) == "0"
end
