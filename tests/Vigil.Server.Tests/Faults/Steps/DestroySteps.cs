using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>
/// The second person has a content destroyed: whole, or it opens to nobody ever after; nothing goes before the signed
/// ledger says so, and what was begun is finished.
/// </summary>
internal sealed class DestroySteps(StepTally tally, string data) : SteppedOperation(tally)
{
    private readonly List<Guid> _destroyed = [];
    private Guid _id;
    private bool _isBegun;
    private byte[] _bytes = [];
    private string _page = "";

    public override string Name => "destroy";

    public override string[] OwnSteps =>
        [
            "fdatasync locker/default/custody.log",
            "unlinkat locker/default/objects/*/*/*.head",
            "unlinkat locker/default/objects/*/*/*.body",
        ];

    private string Approve => $"/console/held/{_id}/destruction/approve";

    public override async Task PrepareAsync(StepServer server)
    {
        _bytes = NewFile();
        _id = await server.SealAsync(await server.OpenCaseAsync(), _bytes);
        await server.First.SendAsync(
            HttpMethod.Post,
            $"/v1/contents/{_id}/destruction",
            new { reason = "Order 5 of a court." }
        );
        _page = (await server.Custodian.GetAsync("/console/held")).Text;
    }

    protected override Task AskAsync(StepServer server) => ApproveAsync(server);

    protected override Task FollowAsync(StepServer server) => DestroyedAsync(server);

    public override async Task CheckCrashAsync(CrashState crash)
    {
        var state = (
            await crash.ReadAsync<string>(
                "select state from content where tenant = @tenant and id = @id",
                new { id = _id }
            )
        ).Single();
        _isBegun = state != "Sealed";
        var files = crash.FilesOf(_id).Count();
        var opened = await crash.OpenAsync(_id);
        if (IsAcknowledged && state == "Sealed")
        {
            Tally.Lost("the destruction");
        }
        if (state == "Sealed" && (opened is null || !opened.AsSpan().SequenceEqual(_bytes)))
        {
            Tally.Half("a content that is not destroyed and not whole");
        }
        if (state != "Sealed" && opened is not null)
        {
            Tally.Half($"a content that is {state} and opens");
        }
        if (state == "Destroyed" && files > 0)
        {
            Tally.Half("files of a content that is destroyed");
        }
        var acts = await crash.ActsAsync("content.destroying", _id.ToString());
        if (files < 2 && !acts.Any(act => act.Position < crash.Signed))
        {
            Tally.Half("files gone before the signed ledger says so");
        }
        if ((state == "Sealed") != (acts.Count == 0))
        {
            Tally.Half($"a content that is {state} with {acts.Count} acts");
        }
    }

    public override async Task CheckServedAsync(StepServer server)
    {
        if (await server.StateOfAsync(_id) == "sealed")
        {
            if (_isBegun)
            {
                Tally.Lost("the destruction, by the next start");
            }
            _page = (await server.Custodian.GetAsync("/console/held")).Text;
            await ApproveAsync(server);
        }
        try
        {
            await DestroyedAsync(server);
        }
        catch (TimeoutException)
        {
            Tally.Stuck("the destruction is not finished");
        }
        if (CrashState.FilesOf(data, _id).Any())
        {
            Tally.Half("files of a content that is destroyed");
        }
        _destroyed.Add(_id);
    }

    public override async Task CheckEndAsync(TestServer server)
    {
        foreach (var id in _destroyed)
        {
            if (
                CrashState.FilesOf(data, id).Any()
                || await CrashState.OpenAsync(server.Kernel(), id) is not null
            )
            {
                Tally.Half($"content {id}, which was destroyed, is there at the end");
            }
        }
    }

    private async Task ApproveAsync(StepServer server)
    {
        var answer = await server.Custodian.SendAsync(Approve, _page);
        Assert.True(answer.Status is HttpStatusCode.Redirect or HttpStatusCode.SeeOther, answer.Text);
    }

    private Task<string> DestroyedAsync(StepServer server) =>
        TestServer.EventuallyAsync(
            async () => await server.StateOfAsync(_id) == "destroyed" ? "so" : null,
            "it is destroyed",
            deadlineSeconds: 30
        );
}
