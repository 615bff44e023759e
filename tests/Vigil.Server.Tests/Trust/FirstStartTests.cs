using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

public class FirstStartTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_first_start_gives_one_key_that_is_known_at_once()
    {
        await using var server = await TestServer.StartAsync();

        Assert.StartsWith(ApiKeys.Prefix, server.FirstKey, StringComparison.Ordinal);
        Assert.Equal(Profile.Platform, server.Server.Profile);
    }
}
