using System.Net;
using Vigil.Server.Http;

namespace Vigil.Server.Tests.Operations;

public class CallerAddressTests
{
    [Theory]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    public void A_caller_has_all_addresses_of_its_network(string address, string caller) =>
        Assert.Equal(IPAddress.Parse(caller), CallerAddress.Of(IPAddress.Parse(address)));

    [Fact]
    public void Refused_keys_are_counted_by_caller()
    {
        var refused = new RefusedKeys(TimeProvider.System);
        for (var i = 1; i <= RefusedKeys.MaxAMinute; i++)
        {
            Assert.Equal(401, refused.Refuse(IPAddress.Parse($"2001:db8::{i:x}")).Status);
        }
        Assert.Equal(429, refused.Refuse(IPAddress.Parse("2001:db8::ffff")).Status);
        Assert.Equal(401, refused.Refuse(IPAddress.Parse("2001:db8:0:1::1")).Status);
    }
}
