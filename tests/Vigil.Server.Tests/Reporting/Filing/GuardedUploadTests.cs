using Vigil.CyberTip.Service;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>Alone, because what others allocate cannot be told apart.</summary>
[CollectionDefinition(nameof(GuardedUploadTests), DisableParallelization = true)]
public class GuardedUploadAlone;

/// <summary>
/// The guarded way out that reports go by: any size, constant memory, nowhere but where the operator allows.
/// </summary>
[Collection(nameof(GuardedUploadTests))]
public sealed class GuardedUploadTests
{
    private static readonly long Megabytes =
        Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 500 : 40;

    [Fact(Timeout = 120_000)]
    public async Task A_large_file_leaves_in_constant_memory_to_an_allowed_place_and_to_no_other()
    {
        await using var simulator = CyberTipSimulator.Start();
        var report = MadeReports.Document(TimeProvider.System.GetUtcNow().AddHours(-1));
        using var allowed = new Outbound(new OutboundOptions { Allow = [simulator.Address.Authority] });
        using var invoker = allowed.NewInvoker();
        var client = ClientOf(invoker, simulator);
        var stop = TestContext.Current.CancellationToken;
        var opened = await client.SubmitAsync(report, stop);
        await using var file = new MadeStream(Megabytes * 1_000_000);
        var before = GC.GetTotalAllocatedBytes();
        var answer = await client.UploadAsync(opened.ReportId!.Value, file, "sample", stop);
        var allocated = GC.GetTotalAllocatedBytes() - before;
        Assert.Equal((AnswerClass.Done, true), (answer.Class, answer.Md5Matches));
        Assert.Equal(Megabytes * 1_000_000, simulator.Reports[0].Files[0].Bytes);
        Assert.InRange(allocated, 0, 20_000_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Megabytes} MB sent, {allocated} bytes allocated");

        using var elsewhere = new Outbound(new OutboundOptions { Allow = ["127.0.0.1:9"] });
        using var refusing = elsewhere.NewInvoker();
        var calls = simulator.Calls;
        var refused = await ClientOf(refusing, simulator).SubmitAsync(report, stop);
        Assert.Equal((AnswerClass.Lost, calls), (refused.Class, simulator.Calls));
        simulator.FaultOf = (_, _) => CyberTipFault.Redirect;
        Assert.Equal(AnswerClass.Operator, (await client.StatusAsync(stop)).Class);
    }

    private static CyberTipClient ClientOf(HttpMessageInvoker invoker, CyberTipSimulator simulator) =>
        new(
            invoker,
            new CyberTipOptions
            {
                BaseAddress = simulator.Address,
                UserName = simulator.UserName,
                Password = simulator.Password,
            }
        );

    /// <summary>A file that is made as it is read.</summary>
    private sealed class MadeStream(long length) : MemoryStream
    {
        private long _left = length;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var count = (int)Math.Min(buffer.Length, _left);
            buffer.Span[..count].Clear();
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }
}
