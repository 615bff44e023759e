using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>A file is brought into a case: whole with its hold and its act, or not there, and brought again in any case.</summary>
internal sealed class SealSteps(StepTally tally) : SteppedOperation(tally)
{
    private CaseRef _case;
    private byte[] _bytes = [];

    /// <summary>As it was acknowledged.</summary>
    private Guid _id;

    /// <summary>As the killed server left it.</summary>
    private Guid _left;

    public override string Name => "seal";

    public override string[] OwnSteps =>
        ["renameat locker/default/objects/*/*/*.body", "renameat locker/default/objects/*/*/*.head"];

    public override async Task PrepareAsync(StepServer server)
    {
        (_case, _bytes, _id, _left) = (await server.OpenCaseAsync(), NewFile(), Guid.Empty, Guid.Empty);
    }

    protected override async Task AskAsync(StepServer server) => _id = await server.SealAsync(_case, _bytes);

    public override async Task CheckCrashAsync(CrashState crash)
    {
        var rows = await crash.ReadAsync<Guid>(
            "select id from content where tenant = @tenant and case_ref = @case and state = 'Sealed'",
            new { @case = _case.Value }
        );
        if (IsAcknowledged && !rows.Contains(_id))
        {
            Tally.Lost("the content");
        }
        if (rows.Count > 1)
        {
            Tally.Half("two contents of one file");
        }
        foreach (var id in rows)
        {
            _left = id;
            await CheckWholeAsync(crash, id);
        }
    }

    public override async Task CheckServedAsync(StepServer server)
    {
        var again = await server.SealAsync(_case, _bytes);
        if (_left != Guid.Empty && again != _left)
        {
            Tally.Lost("the content, which was sealed a second time");
        }
        if (await server.StateOfAsync(again) != "sealed")
        {
            Tally.Stuck("brought again it is not sealed");
        }
        Keep(again, _bytes);
    }

    private async Task CheckWholeAsync(CrashState crash, Guid id)
    {
        var opened = await crash.OpenAsync(id);
        if (opened is null || !opened.AsSpan().SequenceEqual(_bytes))
        {
            Tally.Half("a content that is not whole");
        }
        var holds = await crash.ReadAsync<Guid>(
            "select id from content_hold where tenant = @tenant and content_id = @id and kind = 'Preservation'",
            new { id }
        );
        var acts = await crash.ActsAsync("content.sealed", id.ToString());
        if (holds.Count != 1 || acts.Count != 1)
        {
            Tally.Half($"a content with {holds.Count} holds and {acts.Count} acts");
        }
    }
}
