using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>Who asks: two programs, and a person who keeps contents.</summary>
internal sealed record StepCallers(string FirstKey, string SecondKey, ConsoleUser Custodian);

/// <summary>A server's process that is to be killed, and what is asked of it.</summary>
internal sealed class StepServer : IAsyncDisposable
{
    private readonly ServedProcess _served;

    private StepServer(ServedProcess served, StepCallers callers)
    {
        _served = served;
        First = served.Client(callers.FirstKey);
        Second = served.Client(callers.SecondKey);
        Custodian = callers.Custodian;
        Custodian.MoveTo(served.Address);
    }

    public HttpClient First { get; }

    public HttpClient Second { get; }

    public ConsoleUser Custodian { get; }

    public int ProcessId => _served.Process.Id;

    public static async Task<StepServer> StartAsync(string data, StepCallers callers) =>
        new(await ServedProcess.StartAsync(data), callers);

    /// <summary>Its reference.</summary>
    public async Task<CaseRef> OpenCaseAsync()
    {
        var made = await First.SendAsync(
            HttpMethod.Post,
            "/v1/cases",
            new
            {
                surface = "comment",
                jurisdiction = "US",
                text = "What somebody said.",
                reason = "A call came.",
            }
        );
        return new CaseRef(made.Text("caseRef"));
    }

    public async Task<Guid> SealAsync(CaseRef reference, byte[] bytes)
    {
        using var answer = await ContentWork.SendAsync(
            First,
            reference,
            bytes,
            SHA256.HashData(bytes),
            item: null
        );
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("contentId").GetGuid();
    }

    public async Task<string> StateOfAsync(Guid content) =>
        (await GetAsync($"/v1/contents/{content}")).Text("state");

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await First.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await TestServer.JsonOf(answer);
    }

    /// <summary>The answer; null where it is refused with 404 or 409.</summary>
    public static async Task<JsonElement?> TryAsync(HttpClient client, string path, object body)
    {
        try
        {
            return await client.SendAsync(HttpMethod.Post, path, body);
        }
        catch (HttpRequestException e)
            when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return null;
        }
    }

    /// <summary>Every act so far is signed.</summary>
    public Task SignedAsync() =>
        TestServer.EventuallyAsync(
            async () =>
                (await First.GetStringAsync("/v1/ledger?limit=1")).Contains(
                    "\"isSigned\":true",
                    StringComparison.Ordinal
                )
                    ? "so"
                    : null,
            "the newest act is signed",
            deadlineSeconds: 60
        );

    public Task KillAsync() => _served.KillAsync();

    /// <summary>It was killed.</summary>
    public Task GoneAsync() => _served.EndAsync();

    public async ValueTask DisposeAsync()
    {
        First.Dispose();
        Second.Dispose();
        await _served.DisposeAsync();
    }
}
