using System.Text.Json;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

public class BatchTests
{
    [Fact(Timeout = 60_000)]
    public async Task Each_item_has_its_answer_in_order_and_a_wrong_one_costs_no_other()
    {
        await using var server = await TestServer.StartAsync();
        object[] items =
        [
            new { id = "one", hashes = new { sha256 = Scanning.Sha256 } },
            new { id = "two", hashes = new { sha256 = "xyz" } },
            new { id = "three", colour = 5 },
            new { hashes = new { sha256 = Scanning.Sha256 } },
            7,
            new
            {
                id = "six",
                surface = "email",
                jurisdiction = "FR",
                url = "https://example.org",
            },
            new { id = "seven", url = "https://example.org/x" },
        ];

        var answer = await server.ScanJsonAsync(new { surface = "comment", items }, "/v1/scan/batch");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            [
                ("one", "none", null),
                ("two", "not_scanned", "bad_hashes"),
                ("three", "not_scanned", "bad_json"),
                (null, "not_scanned", "bad_item"),
                (null, "not_scanned", "bad_item"),
                ("six", "not_scanned", "no_legal_basis"),
                ("seven", "none", null),
            ],
            Items(answer)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_of_a_thousand_is_answered_and_one_of_more_or_none_refused()
    {
        await using var server = await TestServer.StartAsync();

        var full = await BatchAsync(1000);
        var more = await BatchAsync(1001);
        var none = await BatchAsync(0);

        Assert.Equal(1000, Items(full).Count(item => item.Decision == "none"));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), Items(full).Select(item => item.Id));
        Assert.Equal((400, "bad_batch"), (more.Status, more.Code));
        Assert.Equal((400, "bad_batch"), (none.Status, none.Code));

        Task<Answered> BatchAsync(int count) =>
            server.ScanJsonAsync(
                new
                {
                    surface = "comment",
                    items = Enumerable
                        .Range(0, count)
                        .Select(i => new { id = $"{i}", hashes = new { sha256 = Scanning.Sha256 } }),
                },
                "/v1/scan/batch"
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task Files_of_a_form_are_answered_by_the_names_of_their_parts()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Media = options.Media with
                {
                    Limits = options.Media.Limits with { MaxFileBytes = 2_000_000 },
                },
            }
        );
        using var form = new MultipartFormDataContent
        {
            { new StringContent("public_post"), "surface" },
            { new ByteArrayContent(Scanning.Picture), "a", "a.png" },
            { new ByteArrayContent(new byte[2_000_001]), "b", "b.png" },
            { new ByteArrayContent([]), "c", "c.png" },
            { new ByteArrayContent(Scanning.Picture[..1000]), "d", "d.png" },
            { new ByteArrayContent("text"u8.ToArray()), "e", "e.txt" },
        };

        var response = await server.Client.PostAsync(new Uri("/v1/scan/batch", UriKind.Relative), form);
        var items = Items(await Scanning.AnsweredAsync(response));

        Assert.Equal(["a", "b", "c", "d", "e"], items.Select(item => item.Id));
        Assert.Equal(("none", null), (items[0].Decision, items[0].Code));
        Assert.Equal("body_too_large", items[1].Code);
        Assert.Equal("empty_body", items[2].Code);
        Assert.Equal("not_scanned", items[3].Decision);
        Assert.Equal(("none", null), (items[4].Decision, items[4].Code));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_sent_again_under_its_key_has_the_same_answers()
    {
        await using var server = await TestServer.StartAsync();
        var asked = new
        {
            surface = "comment",
            items = Enumerable
                .Range(0, 5)
                .Select(i => new { id = $"{i}", hashes = new { sha256 = Scanning.Sha256 } }),
        };

        var first = await SendAsync(asked);
        var again = await SendAsync(asked);

        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());

        Task<Answered> SendAsync(object what) =>
            server.ScanJsonAsync(
                what,
                "/v1/scan/batch",
                request => request.Headers.Add("Idempotency-Key", "a")
            );
    }

    private static List<(string? Id, string? Decision, string? Code)> Items(Answered answer) =>
        [
            .. answer
                .Body.GetProperty("items")
                .EnumerateArray()
                .Select(item => (Text(item, "id"), Text(item, "decision"), Text(item, "code"))),
        ];

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) ? value.GetString() : null;
}
