using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>Somebody decides a case under a claim: it stands with its items and its act, or nothing of it does.</summary>
internal sealed class DecideSteps(StepTally tally) : SteppedOperation(tally)
{
    private readonly List<CaseRef> _decided = [];
    private CaseRef _case;
    private long _lease;
    private bool _isLeft;

    public override string Name => "decide";

    public override async Task PrepareAsync(StepServer server)
    {
        _case = await server.OpenCaseAsync();
        var claim = await StepServer.TryAsync(server.First, $"/v1/cases/{_case}/claim", new { });
        _lease = claim!.Value.GetProperty("lease").GetInt64();
    }

    protected override Task AskAsync(StepServer server) => DecideAsync(server);

    public override async Task CheckCrashAsync(CrashState crash)
    {
        var (state, confirmed) = (
            await crash.ReadAsync<(string State, long Confirmed)>(
                """
                select state, (select count(*) from case_item i
                    where i.tenant = @tenant and i.case_id = f.id and i.state = 'Confirmed')
                from case_file f where f.tenant = @tenant and f.ref = @case
                """,
                new { @case = _case.Value }
            )
        ).Single();
        var isDecided = state == "Decided";
        _isLeft = isDecided;
        if (IsAcknowledged && !isDecided)
        {
            Tally.Lost("the decision");
        }
        var acts = await crash.ActsAsync("case.decided", _case.Value);
        if (acts.Count != (isDecided ? 1 : 0) || confirmed != (isDecided ? 1 : 0))
        {
            Tally.Half($"a case that is {state} with {confirmed} items confirmed and {acts.Count} acts");
        }
    }

    public override async Task CheckServedAsync(StepServer server)
    {
        if (await StateAsync(server) != "decided")
        {
            if (_isLeft)
            {
                Tally.Lost("the decision, by the next start");
            }
            await DecideAsync(server);
        }
        if (await StateAsync(server) != "decided")
        {
            Tally.Stuck("it cannot be decided under its claim");
        }
        _decided.Add(_case);
    }

    public override async Task CheckEndAsync(TestServer server)
    {
        foreach (var reference in _decided)
        {
            var told = (await server.OutboxAsync(reference.Value)).Count(type => type == "case.decided");
            if (told != 1)
            {
                Tally.Half($"{reference} is told {told} times");
            }
        }
    }

    private async Task<string> StateAsync(StepServer server) =>
        (await server.GetAsync($"/v1/cases/{_case}/file")).GetProperty("case").Text("state");

    private Task<JsonElement> DecideAsync(StepServer server) =>
        server.First.SendAsync(
            HttpMethod.Post,
            $"/v1/cases/{_case}/decision",
            new
            {
                verdict = "confirmed",
                reason = ReviewWork.Why,
                lease = _lease,
                person = ReviewWork.Person,
            }
        );
}
