using Vigil.CyberTip.Service;

namespace Vigil.CyberTip.Filing;

/// <summary>A file to be filed.</summary>
public sealed record FilingContent
{
    /// <summary>Opens it from its beginning; called anew for each attempt. Disposed after use.</summary>
    public required Func<CancellationToken, Task<Stream>> OpenAsync { get; init; }

    /// <summary>Name in the upload's form.</summary>
    public string FileName { get; init; } = "file";

    /// <summary>What is to be said about it; the numbers are filled in. Null: nothing.</summary>
    public FileDetails? Details { get; init; }

    /// <summary>A small file that is in memory.</summary>
    /// <param name="bytes">Not changed while it is filed.</param>
    /// <param name="details">What is to be said about it; null: nothing.</param>
    public static FilingContent Of(byte[] bytes, FileDetails? details = null) =>
        new()
        {
            OpenAsync = _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)),
            Details = details,
        };
}

/// <summary>What is to be filed, and where its state is kept.</summary>
public sealed record FilingWork
{
    /// <summary>The report, byte for byte as it was approved.</summary>
    public required ReadOnlyMemory<byte> Report { get; init; }

    /// <summary>The files, in the order of the state's.</summary>
    public ValueList<FilingContent> Files { get; init; } = [];

    /// <summary>
    /// Makes a step durable: the state, and in the same transaction what was sent and answered, and the alarms. False:
    /// what is stored is not <see cref="FilingStep.Before"/> any more, because another worker took the filing over or a
    /// person decided; this one stops and does nothing more.
    /// </summary>
    public required Func<FilingStep, CancellationToken, ValueTask<bool>> SaveAsync { get; init; }
}

/// <summary>A step to be made durable.</summary>
public sealed record FilingStep
{
    /// <summary>The state it came from: what must still be stored.</summary>
    public required FilingState Before { get; init; }

    /// <summary>The state after it.</summary>
    public required FilingState State { get; init; }

    /// <summary>The answer that led to it; null: none did.</summary>
    public ServiceAnswer? Answer { get; init; }

    /// <summary>The document that was sent with it, as far as it was one; a file's bytes are not here.</summary>
    public ReadOnlyMemory<byte> Sent { get; init; }

    /// <summary>Whom to tell what.</summary>
    public IReadOnlyList<FilingAlarm> Alarms { get; init; } = [];

    /// <summary>The answer is the receipt: to be archived byte for byte.</summary>
    public bool IsReceipt { get; init; }
}

/// <summary>Asks <see cref="FilingMachine"/>, saves, calls, until nothing is left to do without a person.</summary>
/// <param name="client">Makes the calls.</param>
/// <param name="random">Draws the jitter.</param>
/// <param name="time">Tells the time; default: the system's.</param>
public sealed class FilingRunner(CyberTipClient client, Random random, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Goes on with a filing, whatever it is in the middle of.</summary>
    /// <param name="state">The last state that was made durable.</param>
    /// <param name="work">What is to be filed.</param>
    /// <param name="epoch">This worker's number of fencing, higher than any before.</param>
    /// <returns>Final, or waiting for a person; or the last state saved, when another worker has it.</returns>
    /// <exception cref="IOException">A file could not be read; the state stands, to be gone on with later.</exception>
    public async Task<FilingState> RunAsync(
        FilingState state,
        FilingWork work,
        long epoch,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(work);
        if (
            !state
                .Files.Select(file => file.HasDetails)
                .SequenceEqual(work.Files.Select(file => file.Details is not null))
        )
        {
            throw new ArgumentException(
                "The files are not those of the state: number or details differ.",
                nameof(work)
            );
        }
        FilingEvent? happened = new TookOver(epoch, _time.GetUtcNow(), random.NextDouble());
        (ServiceAnswer Answer, ReadOnlyMemory<byte> Sent)? exchange = null;
        while (happened is not null)
        {
            var next = FilingMachine.Step(state, happened);
            if (next.State != state || next.Effects.Count > 0)
            {
                if (!await work.SaveAsync(StepOf(state, next, exchange), cancellation))
                {
                    return state;
                }
                state = next.State;
            }
            (happened, exchange) = await DoAsync(next, work, epoch, cancellation);
        }
        return state;
    }

    private static FilingStep StepOf(
        FilingState before,
        Transition next,
        (ServiceAnswer Answer, ReadOnlyMemory<byte> Sent)? exchange
    ) =>
        new()
        {
            Before = before,
            State = next.State,
            Answer = exchange?.Answer,
            Sent = exchange?.Sent ?? default,
            Alarms = [.. next.Effects.OfType<Raise>().Select(raise => raise.Alarm)],
            IsReceipt = next.Effects.OfType<KeepReceipt>().Any(),
        };

    private async Task<(FilingEvent?, (ServiceAnswer, ReadOnlyMemory<byte>)?)> DoAsync(
        Transition next,
        FilingWork work,
        long epoch,
        CancellationToken cancellation
    )
    {
        if (next.Effects.OfType<Send>().SingleOrDefault() is { } send)
        {
            var (answer, sent) = await SendAsync(send, work, cancellation);
            var answered = new Answered(epoch, _time.GetUtcNow(), random.NextDouble(), send.Number, answer);
            return (answered, (answer, sent));
        }
        if (next.Effects.OfType<WakeAt>().SingleOrDefault() is { } wake)
        {
            await Task.Delay(FilingTimes.Wait(_time.GetUtcNow(), wake.At), _time, cancellation);
            return (new WokeUp(epoch, _time.GetUtcNow(), random.NextDouble()), null);
        }
        return (null, null);
    }

    private async Task<(ServiceAnswer, ReadOnlyMemory<byte>)> SendAsync(
        Send send,
        FilingWork work,
        CancellationToken cancellation
    )
    {
        switch (send.Call)
        {
            case ServiceCall.Submit:
                return (await client.SubmitAsync(work.Report, cancellation), work.Report);
            case ServiceCall.Upload:
                var content = work.Files[send.File];
                await using (var file = await content.OpenAsync(cancellation))
                {
                    return (
                        await client.UploadAsync(send.ReportId!.Value, file, content.FileName, cancellation),
                        default
                    );
                }
            case ServiceCall.FileInfo:
                var details = work.Files[send.File].Details!;
                var document = ReportXml.Write(
                    details with
                    {
                        ReportId = send.ReportId,
                        FileId = send.FileId,
                    }
                );
                return (await client.FileInfoAsync(document, cancellation), document);
            case ServiceCall.Finish:
                return (await client.FinishAsync(send.ReportId!.Value, cancellation), default);
            default:
                return (await client.RetractAsync(send.ReportId!.Value, cancellation), default);
        }
    }
}
