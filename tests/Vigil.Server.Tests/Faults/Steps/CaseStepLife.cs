using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>A case that is claimed and decided by a server that is killed, and what is there afterwards.</summary>
internal sealed class CaseStepLife(
    StepPlan plan,
    string data,
    TestDatabase database,
    RequestSink hooks,
    string admin,
    string first,
    string second
)
{
    private readonly List<string> _cases = [];
    private long? _lease;
    private bool _isAcknowledged;

    /// <summary>After which it was killed.</summary>
    public string Step { get; set; } = "";

    private string Case => _cases[^1];

    /// <summary>Two reviewers, a webhook, and a decision that can be undone for a second.</summary>
    public static async Task<CaseStepLife> PrepareAsync(
        StepPlan plan,
        string data,
        TestDatabase database,
        RequestSink hooks
    )
    {
        await using var served = await StartAsync(data, database, hooks);
        using var client = served.Client();
        await SetAsync(client, "cases.undoSeconds", "1");
        await SetAsync(client, "cases.auditPercent", "0");
        await client.AddWebhookAsync($"{hooks.Url}/hook");
        var (first, second) = (await KeyAsync(client, "first"), await KeyAsync(client, "second"));
        await served.KillAsync();
        return new CaseStepLife(plan, data, database, hooks, served.FirstKey!, first, second);
    }

    public Task<ServedProcess> StartAsync() => StartAsync(data, database, hooks);

    /// <summary>A new case, the only one that is open.</summary>
    public async Task BeginAsync(ServedProcess served, bool isClaimed)
    {
        (_isAcknowledged, _lease) = (false, null);
        using var client = served.Client(first);
        var made = await client.SendAsync(
            HttpMethod.Post,
            "/v1/cases",
            new
            {
                surface = "comment",
                text = "What somebody said.",
                reason = "A call came.",
            }
        );
        _cases.Add(made.GetProperty("caseRef").GetString()!);
        if (isClaimed)
        {
            await ClaimAsync(client);
        }
        await SignedAsync(served);
    }

    /// <summary>Until it is done and everything followed, or the server is gone.</summary>
    public async Task TryAsync(ServedProcess served, string operation, Func<bool> isKilled)
    {
        using var client = served.Client(first);
        try
        {
            await (operation == "claim" ? ClaimAsync(client) : DecideAsync(client));
            _isAcknowledged = true;
            await TestServer.EventuallyAsync(
                async () =>
                    isKilled() || operation == "claim" || ToldOf(Case).Any()
                        ? await Task.FromResult("so")
                        : null,
                "the decision is told",
                deadlineSeconds: 120
            );
            await SignedAsync(served);
        }
        catch (Exception e)
            when (e
                    is HttpRequestException { StatusCode: null }
                        or IOException
                        or OperationCanceledException
                        or SocketException
                && isKilled()
            )
        {
            // Not acknowledged, or what follows was cut off.
        }
    }

    /// <summary>After the restart; decides the case, so that the next one is the only open one again.</summary>
    public async Task CheckAsync(ServedProcess served, string operation)
    {
        using var client = served.Client(first);
        var state = await StateAsync(client);
        if (operation == "claim")
        {
            await CheckClaimAsync(served, client);
        }
        else if (_isAcknowledged && state != "decided")
        {
            plan.Lost($"the decision: {Step}");
        }
        if (await StateAsync(client) != "decided" && !await CanAsync(() => DecideAsync(client)))
        {
            plan.Stuck($"it cannot be decided under its claim: {Step}");
        }
    }

    private async Task CheckClaimAsync(ServedProcess served, HttpClient client)
    {
        var lease = _lease;
        if (lease is not null)
        {
            using var other = served.Client(second);
            if (await CanAsync(() => ClaimAsync(other)))
            {
                plan.Lost($"the claim, which another got: {Step}");
            }
        }
        if (!await CanAsync(() => ClaimAsync(client)))
        {
            plan.Stuck($"who claimed cannot go on: {Step}");
        }
        else if (lease is not null && lease != _lease)
        {
            plan.Lost($"the claim's number: {Step}");
        }
    }

    /// <summary>Each was told once, in the same words, and is one act of the ledger. No server runs.</summary>
    public async Task CheckOnceAsync()
    {
        await using (var served = await StartAsync())
        {
            await TestServer.EventuallyAsync(
                () => Task.FromResult(_cases.All(reference => ToldOf(reference).Any()) ? "all" : null),
                "every decision is told",
                deadlineSeconds: 300
            );
            await SignedAsync(served);
            await served.KillAsync();
        }
        Assert.Empty(_cases.Where(reference => ToldOf(reference).Distinct().Count() != 1));
        using var kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = DbOptions.Parse(database.Source),
                KeysFolder = Path.Combine(data, "keys"),
            },
            VigilApp.Tables
        );
        foreach (var reference in _cases)
        {
            var acts = await kernel.Db.SystemAsync(
                "test",
                isWrite: false,
                tx => LedgerReader.AboutAsync(tx, reference)
            );
            Assert.Single(acts, act => act.Action == "case.decided");
            Assert.All(acts, act => Assert.True(act.IsSigned));
        }
    }

    private static Task<ServedProcess> StartAsync(string data, TestDatabase database, RequestSink hooks) =>
        ServedProcess.StartAsync(
            data,
            ["--database", database.Source, "--allow-outbound", new Uri(hooks.Url).Authority]
        );

    private static async Task SetAsync(HttpClient client, string name, string value)
    {
        using var form = new FormUrlEncodedContent([new("name", name), new("value", value)]);
        using var set = await client.PostAsync(new Uri("/console/settings", UriKind.Relative), form);
    }

    private static async Task<string> KeyAsync(HttpClient client, string label)
    {
        var made = await client.SendAsync(
            HttpMethod.Post,
            "/v1/keys",
            new
            {
                label,
                scopes = new[] { "cases" },
                days = 7,
            }
        );
        return made.GetProperty("secret").GetString()!;
    }

    private async Task ClaimAsync(HttpClient client)
    {
        var claim = await client.SendAsync(HttpMethod.Post, "/v1/cases/next", new { });
        Assert.Equal(Case, claim.GetProperty("caseRef").GetString());
        _lease = claim.GetProperty("lease").GetInt64();
    }

    private Task DecideAsync(HttpClient client) =>
        client.SendAsync(
            HttpMethod.Post,
            $"/v1/cases/{Case}/decision",
            new
            {
                verdict = "confirmed",
                reason = "Seen.",
                lease = _lease,
                person = "anna",
            }
        );

    private async Task<string> StateAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri($"/v1/cases/{Case}/file", UriKind.Relative));
        var file = await TestServer.JsonOf(answer);
        return file.GetProperty("case").GetProperty("state").GetString()!;
    }

    private static async Task<bool> CanAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (HttpRequestException e)
            when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private async Task SignedAsync(ServedProcess served)
    {
        using var client = served.Client(admin);
        await TestServer.EventuallyAsync(
            async () =>
                (await client.GetStringAsync("/v1/ledger?limit=1")).Contains(
                    "\"isSigned\":true",
                    StringComparison.Ordinal
                )
                    ? "so"
                    : null,
            "the newest act is signed",
            deadlineSeconds: 60
        );
    }

    /// <summary>Events that say that a case is decided.</summary>
    private IEnumerable<string> ToldOf(string reference) =>
        from hook in hooks.Taken
        let text = Encoding.UTF8.GetString(hook.Body)
        where text.Contains(reference, StringComparison.Ordinal)
        where JsonDocument.Parse(text).RootElement.GetProperty("type").GetString() == "case.decided"
        select text;
}
