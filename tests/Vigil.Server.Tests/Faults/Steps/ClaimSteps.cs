using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>Somebody claims a case: one owner at most, for a term; then another can.</summary>
internal sealed class ClaimSteps(StepTally tally) : SteppedOperation(tally)
{
    private readonly Dictionary<CaseRef, long> _claims = [];
    private CaseRef _case;
    private long _lease;
    private bool _isClaimed;

    public override string Name => "claim";

    public override async Task PrepareAsync(StepServer server) => _case = await server.OpenCaseAsync();

    protected override async Task AskAsync(StepServer server) =>
        _lease = LeaseOf((await ClaimAsync(server.First))!.Value);

    public override async Task CheckCrashAsync(CrashState crash)
    {
        var (by, lease) = (
            await crash.ReadAsync<(string? By, long Lease)>(
                "select claimed_by, lease_epoch from case_file where tenant = @tenant and ref = @case",
                new { @case = _case.Value }
            )
        ).Single();
        _isClaimed = by is not null;
        if (IsAcknowledged && (!_isClaimed || lease != _lease))
        {
            Tally.Lost("the claim");
        }
        var acts = await crash.ActsAsync("case.claimed", _case.Value);
        if (acts.Count != (_isClaimed ? 1 : 0))
        {
            Tally.Half($"a claim by '{by}' with {acts.Count} acts");
        }
    }

    public override async Task CheckServedAsync(StepServer server)
    {
        var other = await ClaimAsync(server.Second);
        if (_isClaimed && other is not null)
        {
            Tally.Lost("the claim, which another got as well");
        }
        if (!_isClaimed && other is null)
        {
            Tally.Stuck("what nobody claimed cannot be claimed");
        }
        var mine = await ClaimAsync(server.First);
        if ((mine is null) != (other is not null))
        {
            Tally.Half("two owners, or none");
        }
        if (mine is { } again && IsAcknowledged && LeaseOf(again) != _lease)
        {
            Tally.Lost("the claim's number");
        }
        if (_isClaimed)
        {
            _claims[_case] = LeaseOf((mine ?? other)!.Value);
        }
    }

    public override async Task CheckEndAsync(TestServer server)
    {
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx => tx.ExecuteAsync("update case_file set lease_until = 0 where tenant = @tenant")
            );
        foreach (var (reference, lease) in _claims)
        {
            var claim = await server.ClaimAsync(reference.Value);
            if (LeaseOf(claim) <= lease)
            {
                Tally.Stuck($"{reference} has no newer claim at the end of its term");
            }
        }
    }

    private Task<JsonElement?> ClaimAsync(HttpClient client) =>
        StepServer.TryAsync(client, $"/v1/cases/{_case}/claim", new { });

    private static long LeaseOf(JsonElement claim) => claim.GetProperty("lease").GetInt64();
}
