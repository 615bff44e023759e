using System.Security.Cryptography;
using System.Text;
using Vigil.CyberTip;
using Vigil.CyberTip.Service;
using Vigil.Simulators.CyberTip;
using Vigil.Tests.Files;
using static Vigil.Tests.CyberTip.SampleReports;

namespace Vigil.Tests.CyberTip;

public sealed class ClientTests : IAsyncDisposable
{
    private readonly Service _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private static CancellationToken Cancellation => Service.Cancellation;

    [Fact]
    public async Task Status_and_schema_answer_and_the_schema_agrees_with_what_we_write()
    {
        var status = await _service.Client.StatusAsync(Cancellation);
        Assert.Equal((AnswerClass.Done, 0, 200), (status.Class, status.Code, status.HttpStatus));
        Assert.Null(status.ReportId);
        Assert.Equal(32, status.RequestId!.Length);

        var xsd = await _service.Client.XsdAsync(Cancellation);
        var schema = OfficialSchema.Parse(xsd.Bytes);
        Assert.Equal((AnswerClass.Done, SchemaVersion.V2025), (xsd.Class, schema.Version));
        var random = Effort.NewRandom();
        for (var round = 0; round < Effort.Of(1000); round++)
        {
            var made = new MadeReports(random.Next(), SchemaVersion.V2025, isMaximal: round % 3 == 0);
            Assert.Empty(schema.Check(ReportXml.Write(made.Report())));
            Assert.Empty(schema.Check(ReportXml.Write(made.File())));
        }
    }

    [Fact]
    public async Task A_schema_with_the_additions_of_2026_is_recognised_and_takes_them()
    {
        await using var service = new Service(hasAdditions2026: true);
        var schema = OfficialSchema.Parse((await service.Client.XsdAsync(Cancellation)).Bytes);
        Assert.Equal(SchemaVersion.V2026, schema.Version);
        var made = new MadeReports(2, SchemaVersion.V2026, isMaximal: true).Report();
        Assert.Empty(schema.Check(ReportXml.Write(made)));
        Assert.Equal(AnswerClass.Done, (await service.SubmitAsync(made)).Class);
        Assert.Equal((AnswerClass.Refused, 4100), ClassOf(await _service.SubmitAsync(made)));
    }

    [Fact]
    public async Task What_passes_our_rules_passes_theirs()
    {
        var random = Effort.NewRandom();
        for (var round = 0; round < Effort.Of(500); round++)
        {
            var answer = await _service.SubmitAsync(
                new MadeReports(random.Next(), SchemaVersion.V2025).Report()
            );
            Assert.True(answer.Class == AnswerClass.Done, answer.Description);
        }
    }

    [Fact]
    public async Task A_report_is_filed_from_beginning_to_end()
    {
        var id = await _service.OpenAsync();
        using var file = new MemoryStream("SAMPLE"u8.ToArray());
        var upload = await _service.Client.UploadAsync(id, file, "sa\"mple.txt", Cancellation);
        Assert.Equal((AnswerClass.Done, true, 32), (upload.Class, upload.Md5Matches, upload.FileId!.Length));
        var details = ReportXml.Write(SampleReports.Material with { ReportId = id, FileId = upload.FileId });
        Assert.Equal(AnswerClass.Done, (await _service.Client.FileInfoAsync(details, Cancellation)).Class);
        Assert.Equal(
            (AnswerClass.Refused, 4000),
            ClassOf(await _service.Client.FileInfoAsync(details, Cancellation))
        );

        var receipt = await _service.Client.FinishAsync(id, Cancellation);
        Assert.Equal((AnswerClass.Done, id), (receipt.Class, receipt.ReportId));
        Assert.Equal<ValueList<string>>([upload.FileId], receipt.FileIds!);
        Assert.Contains(
            "reportDoneResponse",
            Encoding.UTF8.GetString(receipt.Bytes.Span),
            StringComparison.Ordinal
        );

        Assert.Equal(
            (AnswerClass.AlreadyFinished, 5102),
            ClassOf(await _service.Client.FinishAsync(id, Cancellation))
        );
        Assert.Equal(
            (AnswerClass.AlreadyFinished, 5102),
            ClassOf(await _service.Client.RetractAsync(id, Cancellation))
        );
        var report = Assert.Single(_service.Simulator.Reports);
        Assert.Equal(SimulatedReportState.Finished, report.State);
        Assert.Equal(("sample.txt", 6), (report.Files[0].Name, report.Files[0].Bytes));
        Assert.Equal(Convert.ToHexStringLower(MD5.HashData("SAMPLE"u8)), report.Files[0].Md5);
    }

    [Fact]
    public async Task The_codes_of_the_service_are_told_apart()
    {
        var id = await _service.OpenAsync();
        var client = _service.Client;
        Assert.Equal((AnswerClass.NoSuchReport, 5001), ClassOf(await client.FinishAsync(7, Cancellation)));
        var details = ReportXml.Write(SentFile with { ReportId = id });
        Assert.Equal(
            (AnswerClass.NoSuchFile, 5002),
            ClassOf(await client.FileInfoAsync(details, Cancellation))
        );
        Assert.Equal(AnswerClass.Done, (await client.RetractAsync(id, Cancellation)).Class);
        Assert.Equal(
            (AnswerClass.AlreadyRetracted, 5101),
            ClassOf(await client.FinishAsync(id, Cancellation))
        );
        Assert.Equal(
            (AnswerClass.Refused, 4110),
            ClassOf(await client.SubmitAsync("<report"u8.ToArray(), Cancellation))
        );
        Assert.Equal(
            (AnswerClass.Refused, 4100),
            ClassOf(await client.SubmitAsync("<report/>"u8.ToArray(), Cancellation))
        );
    }

    [Theory]
    [InlineData(0, AnswerClass.Done)]
    [InlineData(1000, AnswerClass.ServerSide)]
    [InlineData(1100, AnswerClass.ServerSide)]
    [InlineData(1111, AnswerClass.ServerSide)]
    [InlineData(1210, AnswerClass.Operator)]
    [InlineData(1300, AnswerClass.ServerSide)]
    [InlineData(2000, AnswerClass.Credentials)]
    [InlineData(3300, AnswerClass.Credentials)]
    [InlineData(4000, AnswerClass.Refused)]
    [InlineData(4999, AnswerClass.Refused)]
    [InlineData(5001, AnswerClass.NoSuchReport)]
    [InlineData(5002, AnswerClass.NoSuchFile)]
    [InlineData(5101, AnswerClass.AlreadyRetracted)]
    [InlineData(5102, AnswerClass.AlreadyFinished)]
    [InlineData(5999, AnswerClass.Unexpected)]
    [InlineData(-1, AnswerClass.Unexpected)]
    public void A_code_is_known_or_goes_with_its_family(int code, AnswerClass expected) =>
        Assert.Equal(expected, AnswerReader.OfCode(code));

    [Theory]
    [InlineData(CyberTipFault.LostBefore, AnswerClass.Lost)]
    [InlineData(CyberTipFault.LostAfter, AnswerClass.Lost)]
    [InlineData(CyberTipFault.Error, AnswerClass.Lost)]
    [InlineData(CyberTipFault.ErrorAfter, AnswerClass.Lost)]
    [InlineData(CyberTipFault.ServerCode, AnswerClass.ServerSide)]
    [InlineData(CyberTipFault.ServerCodeAfter, AnswerClass.ServerSide)]
    [InlineData(CyberTipFault.Slow, AnswerClass.Done)]
    [InlineData(CyberTipFault.Truncated, AnswerClass.Lost)]
    [InlineData(CyberTipFault.CutOff, AnswerClass.Lost)]
    [InlineData(CyberTipFault.WrongMd5, AnswerClass.Done)]
    [InlineData(CyberTipFault.Unauthorized, AnswerClass.Credentials)]
    [InlineData(CyberTipFault.Redirect, AnswerClass.Operator)]
    [InlineData(CyberTipFault.Latin1, AnswerClass.Done)]
    [InlineData(CyberTipFault.Huge, AnswerClass.Lost)]
    [InlineData(CyberTipFault.Dtd, AnswerClass.Lost)]
    public async Task Each_fault_of_the_service_is_an_answer_of_its_class(
        CyberTipFault fault,
        AnswerClass expected
    )
    {
        var id = await _service.OpenAsync();
        _service.Fail(fault);
        using var file = new MemoryStream("SAMPLE"u8.ToArray());
        var upload = await _service.Client.UploadAsync(id, file, "sample", Cancellation);
        Assert.Equal(expected, upload.Class);
        Assert.Equal(expected, (await _service.SubmitAsync(Minimal)).Class);
        Assert.Equal(expected, (await _service.Client.FinishAsync(id, Cancellation)).Class);
        if (fault == CyberTipFault.WrongMd5)
        {
            Assert.False(upload.Md5Matches);
        }
    }

    [Fact]
    public async Task A_service_that_never_answers_is_given_up_and_a_caller_that_leaves_is_told_so()
    {
        _service.Fail(CyberTipFault.Hang);
        var client = _service.ClientWith(TimeSpan.FromMilliseconds(300));
        Assert.Equal(AnswerClass.Lost, (await client.StatusAsync(Cancellation)).Class);
        using var left = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _service.Client.StatusAsync(left.Token)
        );
    }

    [Fact]
    public async Task Nobody_there_and_wrong_credentials_are_told_apart()
    {
        var wrong = await _service.ClientWith(TimeSpan.FromSeconds(5), "other").StatusAsync(Cancellation);
        Assert.Equal((AnswerClass.Credentials, 401, 0), (wrong.Class, wrong.HttpStatus, wrong.Bytes.Length));
        await _service.Simulator.DisposeAsync();
        Assert.Equal(AnswerClass.Lost, (await _service.Client.StatusAsync(Cancellation)).Class);
    }

    [Fact]
    public async Task A_handler_that_follows_redirects_is_refused()
    {
        using var http = new HttpMessageInvoker(new Elsewhere());
        var options = new CyberTipOptions
        {
            BaseAddress = CyberTipOptions.Test,
            UserName = "a",
            Password = "b",
        };
        var client = new CyberTipClient(http, options);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.StatusAsync(Cancellation));
    }

    [Theory]
    [InlineData("http://example.com/ispws", "a", "b")]
    [InlineData("https://a:b@example.com/ispws", "a", "b")]
    [InlineData("https://example.com/ispws?a=1", "a", "b")]
    [InlineData("https://example.com/ispws", "a:b", "b")]
    [InlineData("https://example.com/ispws", "", "b")]
    [InlineData("https://example.com/ispws", "a", "b\n")]
    public void Unsafe_settings_are_refused(string address, string name, string password)
    {
        using var http = new HttpMessageInvoker(new Elsewhere());
        var options = new CyberTipOptions
        {
            BaseAddress = new(address),
            UserName = name,
            Password = password,
        };
        Assert.Throws<ArgumentException>(() => new CyberTipClient(http, options));
    }

    [Fact]
    public void Credentials_stand_in_no_text() =>
        Assert.DoesNotContain(
            "secret",
            new CyberTipOptions
            {
                BaseAddress = CyberTipOptions.Production,
                UserName = "secret",
                Password = "secret",
            }.ToString(),
            StringComparison.Ordinal
        );

    /// <summary>Also where it looks like a connection that failed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_cannot_be_read_is_the_callers_error_not_the_services(bool isOfTheDisk)
    {
        var id = await _service.OpenAsync();
        Exception fault = isOfTheDisk
            ? new IOException("SAMPLE of a disk that fails")
            : new InvalidDataException("SAMPLE of a damaged file");
        using var file = new Torn(fault);
        Assert.Same(
            fault,
            await Assert.ThrowsAnyAsync<Exception>(() =>
                _service.Client.UploadAsync(id, file, "sample", Cancellation)
            )
        );
    }

    [Fact]
    public async Task Files_of_any_length_arrive_also_where_they_look_like_the_forms_end()
    {
        var id = await _service.OpenAsync();
        foreach (var length in new[] { 0, 1, 2, 3, 65_533, 65_535, 65_536, 65_537, 200_000 })
        {
            var bytes = new byte[length];
            for (var at = 0; at < length; at++)
            {
                bytes[at] = (byte)"\r\n--"[at % 4];
            }
            using var file = new MemoryStream(bytes);
            using var stream = new NoLength(bytes);
            Assert.True((await _service.Client.UploadAsync(id, stream, "sample", Cancellation)).Md5Matches);
            file.Position = 0;
            Assert.True((await _service.Client.UploadAsync(id, file, "sample", Cancellation)).Md5Matches);
            Assert.Equal(length, _service.Simulator.Reports[0].Files[^1].Bytes);
        }
    }

    [Fact]
    public async Task An_unfinished_report_expires_by_the_later_of_two_times()
    {
        var first = await _service.OpenAsync();
        var second = await _service.OpenAsync();
        _service.Clock = Now.AddHours(23.5);
        using var file = new MemoryStream("SAMPLE"u8.ToArray());
        Assert.Equal(
            AnswerClass.Done,
            (await _service.Client.UploadAsync(first, file, "sample", Cancellation)).Class
        );
        _service.Clock = Now.AddHours(24.4);
        Assert.Equal(AnswerClass.Done, (await _service.Client.FinishAsync(first, Cancellation)).Class);
        Assert.Equal(
            AnswerClass.NoSuchReport,
            (await _service.Client.FinishAsync(second, Cancellation)).Class
        );
        Assert.Equal(SimulatedReportState.Expired, _service.Simulator.Reports[1].State);
    }

    [Fact]
    public async Task A_batched_report_with_two_files_is_refused_at_its_finish()
    {
        var id = (await _service.SubmitAsync(Batched)).ReportId!.Value;
        for (var number = 0; number < 2; number++)
        {
            using var file = new MemoryStream("SAMPLE"u8.ToArray());
            await _service.Client.UploadAsync(id, file, "sample", Cancellation);
        }
        var answer = await _service.Client.FinishAsync(id, Cancellation);
        Assert.Equal((AnswerClass.Refused, 4100, 400), (answer.Class, answer.Code, answer.HttpStatus));
    }

    [Fact]
    public async Task The_page_shows_what_arrived_and_no_markup_of_it()
    {
        await _service.SubmitAsync(Minimal with { AdditionalInfo = "<script>SAMPLE</script>" });
        using var http = new HttpMessageInvoker(CyberTipClient.CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_service.Simulator.Address, "/"));
        using var response = await http.SendAsync(request, Cancellation);
        var page = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("&lt;script&gt;SAMPLE", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("incidentSummary / incidentDateTime", page, StringComparison.Ordinal);
    }

    private static (AnswerClass, int?) ClassOf(ServiceAnswer answer) => (answer.Class, answer.Code);

    /// <summary>Answers as a handler that went elsewhere.</summary>
    private sealed class Elsewhere : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) =>
            Task.FromResult(
                new HttpResponseMessage
                {
                    RequestMessage = new HttpRequestMessage(
                        HttpMethod.Get,
                        new Uri("https://elsewhere.example/")
                    ),
                }
            );
    }

    private sealed class Torn(Exception fault) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => throw fault;
    }

    private sealed class NoLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
