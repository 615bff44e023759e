using Vigil.CyberTip;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Simulators.CyberTip;

namespace Vigil.Tests.CyberTip;

/// <summary>The simulator, and a client of it.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http = new(CyberTipClient.CreateHandler());

    public Service(bool hasAdditions2026 = false)
    {
        Simulator = CyberTipSimulator.Start(hasAdditions2026: hasAdditions2026);
        Simulator.Clock = () => Clock;
        Client = ClientWith(TimeSpan.FromSeconds(60));
    }

    public DateTimeOffset Clock { get; set; } = SampleReports.Now;

    public CyberTipSimulator Simulator { get; }

    public CyberTipClient Client { get; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public CyberTipClient ClientWith(TimeSpan timeout, string password = "sample") =>
        new(
            _http,
            new CyberTipOptions
            {
                BaseAddress = Simulator.Address,
                UserName = "sample",
                Password = password,
                Timeout = timeout,
            }
        );

    /// <summary>Every call to a place, or every call, is failed so until it is told otherwise.</summary>
    public void Fail(CyberTipFault fault, string? call = null) =>
        Simulator.FaultOf = (place, _) => call is null || place == call ? fault : CyberTipFault.None;

    /// <summary>The first call to a place is failed so.</summary>
    public void FailFirst(CyberTipFault fault, string call)
    {
        var left = 1;
        Simulator.FaultOf = (place, _) =>
            place == call && Interlocked.Exchange(ref left, 0) == 1 ? fault : CyberTipFault.None;
    }

    public Task<ServiceAnswer> SubmitAsync(Report report) =>
        Client.SubmitAsync(ReportXml.Write(report), Cancellation);

    public async Task<long> OpenAsync() => (await SubmitAsync(SampleReports.Minimal)).ReportId!.Value;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Simulator.DisposeAsync();
    }
}

/// <summary>A filing of two files to the simulator, with a store in memory.</summary>
internal sealed class SampleFiling
{
    private const int MaxSteps = 100;

    public List<FilingStep> Steps { get; } = [];

    public FilingState State { get; private set; } =
        FilingState.Approve(TimeProvider.System.GetUtcNow(), [new(HasDetails: true), new(HasDetails: false)]);

    public IEnumerable<FilingAlarm> Alarms => Steps.SelectMany(step => step.Alarms);

    public void Restore(FilingState state) => State = state;

    /// <summary>Runs until nothing is left to do, as a worker with the next epoch.</summary>
    public async Task<FilingState> RunAsync(CyberTipClient client, Func<FilingStep, bool>? mayGoOn = null)
    {
        var work = new FilingWork
        {
            Report = ReportXml.Write(SampleReports.Minimal),
            Files = [Content("SAMPLE one", SampleReports.Material), Content("SAMPLE two", null)],
            SaveAsync = (step, _) =>
            {
                Assert.InRange(Steps.Count, 0, MaxSteps);
                Assert.Equal(State, step.Before);
                if (mayGoOn?.Invoke(step) is false)
                {
                    return ValueTask.FromResult(false);
                }
                Steps.Add(step);
                State = FilingState.Parse(step.State.ToUtf8Json());
                Assert.Equal(step.State, State);
                return ValueTask.FromResult(true);
            },
        };
        // No jitter: what waits, waits not at all.
        var runner = new FilingRunner(client, new NoChance());
        return await runner.RunAsync(State, work, State.Epoch + 1, Service.Cancellation);
    }

    private static FilingContent Content(string text, FileDetails? details) =>
        new()
        {
            OpenAsync = _ =>
                Task.FromResult<Stream>(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))),
            FileName = "sample.txt",
            Details = details,
        };

    private sealed class NoChance() : Random(0)
    {
        public override double NextDouble() => 0;
    }
}
