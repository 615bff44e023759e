using System.Text;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

public class AnswerTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_picture_sent_as_bytes_in_a_form_or_as_hashes_has_an_answer_of_one_shape_and_length()
    {
        await using var server = await TestServer.StartAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("public_post"), "surface" },
            { new StringContent("account-1"), "account" },
            { new ByteArrayContent(Scanning.Picture), "file", "a.png" },
        };
        var gated = await server.ScanAsync(Scanning.Picture, "surface=direct_message&jurisdiction=DE");

        Answered[] answers =
        [
            await server.ScanAsync(Scanning.Picture),
            await Scanning.AnsweredAsync(
                await server.Client.PostAsync(new Uri("/v1/scan", UriKind.Relative), form)
            ),
            await server.ScanJsonAsync(
                new { surface = "comment", hashes = new { sha256 = Scanning.Sha256 } }
            ),
            await server.ScanJsonAsync(new { surface = "search_index", url = "https://example.org/a" }),
        ];

        Assert.All(answers, answer => Assert.Equal((200, "none"), (answer.Status, answer.Decision)));
        Assert.Equal((200, "not_scanned", "no_legal_basis"), (gated.Status, gated.Decision, gated.Code));
        Assert.Equal("hold", gated.Text("action"));
        Assert.Single(answers.Append(gated).Select(answer => answer.LengthBytes).Distinct());
        Assert.Single(answers.Append(gated).Select(Members).Distinct());

        static string Members(Answered answer) =>
            string.Join(',', answer.Body.EnumerateObject().Select(member => member.Name));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", "surface_missing")]
    [InlineData("surface=space", "surface_unknown")]
    [InlineData("surface=comment&account=a", "parameter_unknown")]
    [InlineData("surface=comment&jurisdiction=Germany", "bad_jurisdiction")]
    [InlineData("surface=comment&onFailure=maybe", "bad_on_failure")]
    [InlineData("surface=comment&wait=soon", "bad_wait")]
    [InlineData("surface=comment&surface=email", "said_twice")]
    public async Task Metadata_that_is_wrong_is_refused_with_a_code(string query, string code)
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.ScanAsync(Scanning.Picture, query);

        Assert.Equal((400, code), (answer.Status, answer.Code));
        Assert.Equal("hold", answer.Text("action"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Hashes_that_are_none_are_refused_and_no_answer_quotes_them()
    {
        await using var server = await TestServer.StartAsync();
        object[] wrong =
        [
            new { surface = "comment" },
            new { surface = "comment", hashes = new { } },
            new { surface = "comment", hashes = new { sha256 = "abcdefabcdef" } },
            new { surface = "comment", hashes = new { pdq = new string('a', 64) } },
            new { surface = "comment", hashes = new { pdq = new string('a', 64), pdqQuality = 101 } },
            new
            {
                surface = "comment",
                url = "https://example.org",
                hashes = new { sha256 = Scanning.Sha256 },
            },
            new { surface = "comment", url = "file:///etc" },
            new { surface = "comment", colour = "abcdefabcdef" },
        ];
        foreach (var asked in wrong)
        {
            var answer = await server.ScanJsonAsync(asked);

            Assert.Equal(400, answer.Status);
            Assert.Contains(answer.Code, (string[])["bad_scan", "bad_hashes", "bad_url", "bad_json"]);
            Assert.DoesNotContain("abcdefabcdef", answer.Body.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_form_with_the_file_first_two_files_or_none_is_told_how_it_must_be()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("surface_missing", await PostAsync(("file", "a.png"), ("surface", null)));
        Assert.Equal(
            "bad_multipart",
            await PostAsync(("surface", null), ("file", "a.png"), ("more", "b.png"))
        );
        Assert.Equal("file_missing", await PostAsync(("surface", null)));
        Assert.Equal(
            "bad_multipart",
            await PostAsync(("surface", null), ("colour", null), ("file", "a.png"))
        );
        Assert.Equal("said_twice", await PostAsync(("surface", null), ("surface", null)));

        async Task<string?> PostAsync(params (string Name, string? File)[] parts)
        {
            using var form = new MultipartFormDataContent();
            foreach (var (name, file) in parts)
            {
                if (file is null)
                {
                    form.Add(new StringContent("comment"), name);
                }
                else
                {
                    form.Add(new ByteArrayContent(Scanning.Picture), name, file);
                }
            }
            var path = new Uri("/v1/scan", UriKind.Relative);
            return (await Scanning.AnsweredAsync(await server.Client.PostAsync(path, form))).Code;
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_file_in_a_form_arrives_byte_for_byte_whatever_looks_like_its_boundary()
    {
        // The same key and bytes raw and in a form would differ if one byte did.
        const string boundary = "edge";
        var file = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("\r\n--edg\r\r\n--e\r\n-", 20_000))
        );
        var head = Encoding.ASCII.GetBytes(
            $"--{boundary}\r\nContent-Disposition: form-data; name=\"surface\"\r\n\r\ncomment\r\n"
                + $"--{boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n"
        );
        byte[] whole = [.. head, .. file, .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n")];
        var parser = new Server.Features.Scan.Intake.MultipartBody(
            new MemoryStream(whole),
            $"multipart/form-data; boundary={boundary}"
        );
        var token = TestContext.Current.CancellationToken;

        var surface = await parser.NextAsync(token);
        var text = await parser.TextAsync(100, token);
        var part = await parser.NextAsync(token);
        using var got = new MemoryStream();
        await parser.CopyAsync(piece => got.Write(piece.Span), token);
        var end = await parser.NextAsync(token);

        Assert.Equal(("surface", false, "comment"), (surface!.Name, surface.IsFile, text));
        Assert.True(part!.IsFile);
        Assert.True(got.ToArray().AsSpan().SequenceEqual(file));
        Assert.Null(end);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_key_or_the_scope_nothing_is_scanned()
    {
        await using var server = await TestServer.StartAsync();
        using var nobody = server.ClientWith(null);
        using var stranger = server.ClientWith("vk_aaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");

        Assert.Equal(401, (int)(await nobody.PostAsync("/v1/scan?surface=comment", null)).StatusCode);
        Assert.Equal(401, (int)(await stranger.PostAsync("/v1/scan?surface=comment", null)).StatusCode);
    }
}
