using System.Text;
using Vigil.Media;
using Vigil.Server.Features.Scan.Intake;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

public class BodyFaultTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_body_that_is_cut_off_is_an_error_and_nothing_of_it_stays()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await Scanning.SendAsync(
            server,
            Scanning.Head(server, length: 100_000),
            Scanning.Picture[..5000],
            isEnded: true
        );

        // Nobody may be there to be answered; whoever is, is told.
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal));
        await NothingInFlightAsync(server);
        Assert.Equal(0, server.Desk().Jobs);
        Assert.Equal("none", (await server.ScanAsync(Scanning.Picture)).Decision);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_form_that_is_cut_off_is_an_error_and_nothing_of_it_stays()
    {
        await using var server = await TestServer.StartAsync();
        var body = Encoding.ASCII.GetBytes(
            "--e\r\nContent-Disposition: form-data; name=\"surface\"\r\n\r\ncomment\r\n"
                + "--e\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nabcdef"
        );

        var answer = await Scanning.SendAsync(
            server,
            Scanning.Head(server, body.Length, "multipart/form-data; boundary=e"),
            body
        );

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("bad_multipart", answer, StringComparison.Ordinal);
        await NothingInFlightAsync(server);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_body_that_comes_too_slowly_ends_its_request()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Scan = options.Scan with { MaxBodyTime = TimeSpan.FromSeconds(1) },
            }
        );

        var answer = await Scanning.SendAsync(
            server,
            Scanning.Head(server, length: 100_000),
            Scanning.Picture[..5000]
        );

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("body_too_slow", answer, StringComparison.Ordinal);
        Assert.Contains("\"action\":\"hold\"", answer, StringComparison.Ordinal);
        await NothingInFlightAsync(server);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_trickle_of_bytes_ends_by_its_rate()
    {
        await using var server = await TestServer.StartAsync();

        // Kestrel's grace is five seconds; the deadline of the whole body is sixty.
        var answer = await Scanning.SendAsync(
            server,
            Scanning.Head(server, length: 100_000),
            Scanning.Picture[..10]
        );

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        await NothingInFlightAsync(server);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Content-Length: -5")]
    [InlineData("Content-Length: many")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    public async Task A_length_that_is_none_is_refused(string header)
    {
        await using var server = await TestServer.StartAsync();

        var answer = await Scanning.SendAsync(
            server,
            Scanning
                .Head(server, null)
                .Replace("\r\n\r\n", $"\r\n{header}\r\n\r\n", StringComparison.Ordinal),
            []
        );

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Headers_of_any_size_are_not_read()
    {
        await using var server = await TestServer.StartAsync();
        var head = Scanning
            .Head(server, 5)
            .Replace(
                "\r\n\r\n",
                $"\r\nVigil-Content-Ref: {new string('a', 40_000)}\r\n\r\n",
                StringComparison.Ordinal
            );

        var answer = await Scanning.SendAsync(server, head, "12345"u8.ToArray());

        Assert.StartsWith("HTTP/1.1 431", answer, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("text/html", 415, "wrong_content_type")]
    [InlineData("application/x-www-form-urlencoded", 415, "wrong_content_type")]
    [InlineData("multipart/form-data", 400, "bad_multipart")]
    [InlineData("application/json", 400, "bad_json")]
    public async Task A_body_of_another_type_is_refused(string type, int status, string code)
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.ScanAsync([1, 2, 3], type: type);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_over_the_limit_is_refused_by_its_length_or_as_it_comes_and_an_empty_one_too()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Media = options.Media with { Limits = new MediaLimits { MaxFileBytes = 100_000 } },
            }
        );
        using var form = new MultipartFormDataContent
        {
            { new StringContent("comment"), "surface" },
            { new ByteArrayContent(new byte[120_000]), "file", "a.png" },
        };

        var announced = await server.ScanAsync(new byte[100_001]);
        var chunked = await server.ScanAsync(
            new byte[300_000],
            change: request => request.Headers.TransferEncodingChunked = true
        );
        var formed = await Scanning.AnsweredAsync(
            await server.Client.PostAsync(new Uri("/v1/scan", UriKind.Relative), form)
        );
        var empty = await server.ScanAsync([]);

        Assert.All(
            [announced, chunked, formed],
            answer => Assert.Equal((413, "body_too_large"), (answer.Status, answer.Code))
        );
        Assert.Equal((400, "empty_body"), (empty.Status, empty.Code));
        await NothingInFlightAsync(server);
    }

    private static Task<string> NothingInFlightAsync(TestServer server) =>
        TestServer.EventuallyAsync(
            () => Task.FromResult(server.Server.Get<BytesInFlight>().Now == 0 ? "none" : null),
            "no bytes in flight"
        );
}
