using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>A hold of a court: in force once it was acknowledged; with its act, or not there.</summary>
internal sealed class HoldSteps(StepTally tally) : SteppedOperation(tally)
{
    private readonly List<Guid> _held = [];
    private Guid _content;
    private int _left;

    public override string Name => "hold";

    public override async Task PrepareAsync(StepServer server)
    {
        var bytes = NewFile();
        _content = await server.SealAsync(await server.OpenCaseAsync(), bytes);
        Keep(_content, bytes);
    }

    protected override Task AskAsync(StepServer server) => PlaceAsync(server);

    public override async Task CheckCrashAsync(CrashState crash)
    {
        var holds = await crash.ReadAsync<Guid>(
            """
            select id from content_hold
            where tenant = @tenant and content_id = @id and kind = 'Legal' and lifted_at is null
            """,
            new { id = _content }
        );
        _left = holds.Count;
        if (IsAcknowledged && holds.Count == 0)
        {
            Tally.Lost("the hold");
        }
        if (holds.Count > 1)
        {
            Tally.Half("two holds");
        }
        foreach (var hold in holds)
        {
            if ((await crash.ActsAsync("hold.placed", hold.ToString())).Count != 1)
            {
                Tally.Half("a hold without its act");
            }
        }
    }

    public override async Task CheckServedAsync(StepServer server)
    {
        if (_left == 0)
        {
            await PlaceAsync(server);
        }
        var refused = await StepServer.TryAsync(
            server.First,
            $"/v1/contents/{_content}/destruction",
            new { reason = "A test." }
        );
        if (refused is not null)
        {
            Tally.Lost("the hold, which stops no destruction");
        }
        _held.Add(_content);
    }

    public override async Task CheckEndAsync(TestServer server)
    {
        await base.CheckEndAsync(server);
        foreach (var id in _held)
        {
            var inForce = await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx =>
                        tx.FindAsync<long>(
                            """
                            select count(*) from content_hold
                            where tenant = @tenant and content_id = @id and kind = 'Legal' and lifted_at is null
                            """,
                            new { id }
                        )
                );
            if (inForce != 1)
            {
                Tally.Lost($"the hold of {id}: {inForce} are in force at the end");
            }
        }
    }

    private Task<JsonElement> PlaceAsync(StepServer server) =>
        server.First.SendAsync(
            HttpMethod.Post,
            "/v1/holds",
            ContentWork.HoldOn(new { contentId = _content })
        );
}
