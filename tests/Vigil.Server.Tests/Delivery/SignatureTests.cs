using System.Text;
using Vigil.Trust;

namespace Vigil.Server.Tests.Delivery;

public class SignatureTests
{
    // The example that implementations of the public specification share.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_specifications_example_has_the_signature_that_all_implementations_give()
    {
        var headers = WebhookSignature.Sign([Secret], Id, At, Body);
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", headers["webhook-signature"]);
        Assert.Equal("1614265330", headers["webhook-timestamp"]);
        Assert.Equal(Id, headers["webhook-id"]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    [InlineData(86400, false)]
    public void A_receiver_refuses_what_is_older_than_five_minutes_or_from_the_future(int later, bool isValid)
    {
        var headers = WebhookSignature.Sign([Secret], Id, At, Body);
        Assert.Equal(isValid, IsValid(headers, Secret, Body, At.AddSeconds(later)));
    }

    [Fact]
    public void While_a_secret_changes_either_is_enough_and_a_third_is_not()
    {
        var (old, fresh) = (WebhookSignature.NewSecret(), WebhookSignature.NewSecret());
        var headers = WebhookSignature.Sign([fresh, old], Id, At, Body);
        Assert.True(IsValid(headers, old, Body, At));
        Assert.True(IsValid(headers, fresh, Body, At));
        Assert.False(IsValid(headers, WebhookSignature.NewSecret(), Body, At));
    }

    [Fact]
    public void A_changed_body_id_or_time_is_refused()
    {
        var headers = WebhookSignature.Sign([Secret], Id, At, Body);
        var signature = headers["webhook-signature"];
        Assert.False(IsValid(headers, Secret, [.. Body, (byte)' '], At));
        Assert.False(WebhookSignature.IsValid(Secret, Id + "x", "1614265330", signature, Body, At));
        Assert.False(WebhookSignature.IsValid(Secret, Id, "1614265331", signature, Body, At));
        Assert.False(WebhookSignature.IsValid(Secret, Id, "1614265330", "", Body, At));
        Assert.False(WebhookSignature.IsValid(Secret, Id, "-1614265330", signature, Body, At));
        Assert.False(WebhookSignature.IsValid(Secret, Id, "9223372036854775807", signature, Body, At));
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_not base64 at all, and long enough to be")]
    public void A_secret_of_another_form_is_refused(string secret) =>
        Assert.Throws<FormatException>(() => WebhookSignature.Sign([secret], Id, At, Body));

    private static bool IsValid(
        IReadOnlyDictionary<string, string> headers,
        string secret,
        byte[] body,
        DateTimeOffset now
    ) =>
        WebhookSignature.IsValid(
            secret,
            headers["webhook-id"],
            headers["webhook-timestamp"],
            headers["webhook-signature"],
            body,
            now
        );
}
