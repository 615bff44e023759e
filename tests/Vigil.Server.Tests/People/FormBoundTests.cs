using System.Net;
using System.Text;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.People;

/// <summary>What a stranger may send as a form.</summary>
public class FormBoundTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_form_in_chunks_is_bound_as_one_that_says_its_length_and_none_comes_in_parts()
    {
        await using var server = await TestServer.StartAsync();
        using var stranger = new HttpClient { BaseAddress = server.Address };

        var large = await SendAsync(new Chunked(300 * 1024));
        var small = await SendAsync(new Chunked(1024));
        var known = await SendAsync(
            new StringContent($"a={new string('x', 300 * 1024)}", Encoding.ASCII, Chunked.Form)
        );
        var parts = await SendAsync(new MultipartFormDataContent { { new StringContent("x"), "userName" } });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.Status);
        Assert.Contains("form_expired", small.Text, StringComparison.Ordinal);
        Assert.Contains("bad_form", known.Text, StringComparison.Ordinal);
        Assert.Contains("bad_form", parts.Text, StringComparison.Ordinal);

        async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpContent content)
        {
            using var body = content;
            using var answer = await stranger.PostAsync("/console/sign-in", body);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Says no length.</summary>
    private sealed class Chunked : HttpContent
    {
        public const string Form = "application/x-www-form-urlencoded";

        private readonly int _bytes;

        public Chunked(int bytes)
        {
            _bytes = bytes;
            Headers.ContentType = new(Form);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("a="u8.ToArray());
            await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', _bytes)));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
