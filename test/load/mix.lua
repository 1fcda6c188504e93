-- SPDX-License-Identifier: Apache-2.0
-- The requests that wrk sends in turn: one for each origin that it is given
-- as an argument, "-" for none.

local requests = {}
local turn = 0

function init(origins)
    for _, origin in ipairs(origins) do
        local headers = { Host = "api.example.com" }
        if origin ~= "-" then
            headers.Origin = origin
        end
        requests[#requests + 1] = wrk.format("GET", nil, headers)
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end
