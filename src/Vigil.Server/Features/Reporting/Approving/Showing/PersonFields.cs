using System.Globalization;
using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>The first person's ids: what an investigator asks for first.</summary>
internal static class PersonFields
{
    private const string Prefix = "personOrUserReported-";

    public static IEnumerable<FieldSpec> All(string part) =>
        [
            new(
                part,
                Prefix + "espIdentifier",
                "The platform's own id of the account",
                draft => Of(draft)?.EspIdentifier ?? "",
                (draft, value) => Change(draft, it => it with { EspIdentifier = FieldValues.OrNull(value) })
            ),
            new(
                part,
                Prefix + "screenName",
                "Screen name",
                draft => Of(draft)?.ScreenName ?? "",
                (draft, value) => Change(draft, it => it with { ScreenName = FieldValues.OrNull(value) })
            ),
            new(
                part,
                Prefix + "personOrUserReportedPerson-email",
                "E-mail",
                draft => First(Of(draft)?.PersonOrUserReportedPerson?.Email)?.Address ?? "",
                (draft, value) =>
                    Change(
                        draft,
                        it => it.Named(person => person with { Email = Emails(person.Email, value) })
                    )
            ),
            new(
                part,
                Prefix + "personOrUserReportedPerson-phone",
                "Telephone",
                draft => First(Of(draft)?.PersonOrUserReportedPerson?.Phone)?.Number ?? "",
                (draft, value) =>
                    Change(
                        draft,
                        it => it.Named(person => person with { Phone = Phones(person.Phone, value) })
                    )
            ),
            .. Addresses(part),
        ];

    private static IEnumerable<FieldSpec> Addresses(string part) =>
        [
            new(
                part,
                Prefix + "ipCaptureEvent",
                "Internet address",
                draft => First(Of(draft)?.IpCaptureEvent)?.IpAddress ?? "",
                (draft, value) =>
                    Change(draft, it => it with { IpCaptureEvent = Events(it.IpCaptureEvent, value) })
            )
            {
                Most = 64,
            },
            new(
                part,
                Prefix + "ipCaptureEvent-port",
                "Its port",
                draft => $"{First(Of(draft)?.IpCaptureEvent)?.Port}",
                (draft, value) => Seen(draft, it => it with { Port = Port(value) })
            )
            {
                Help = "where many share an address",
                Most = 5,
            },
            new(
                part,
                Prefix + "ipCaptureEvent-dateTime",
                "When it was seen",
                draft => FieldValues.TimeOf(First(Of(draft)?.IpCaptureEvent)?.DateTime),
                (draft, value) =>
                    Seen(draft, it => it with { DateTime = FieldValues.Time(value, "When it was seen") })
            )
            {
                Help = FieldValues.TimeHelp,
                Most = 40,
            },
        ];

    private static PersonOrUserReported? Of(ReportDraft draft) =>
        First(draft.Tip.Report.PersonOrUserReported);

    private static T? First<T>(IReadOnlyList<T>? list)
        where T : class => list is [var first, ..] ? first : null;

    private static ReportDraft Change(
        ReportDraft draft,
        Func<PersonOrUserReported, PersonOrUserReported> change
    ) =>
        draft.Reported(report =>
            report with
            {
                PersonOrUserReported = report.PersonOrUserReported is [var first, ..]
                    ? report.PersonOrUserReported.With(0, change(first))
                    : [change(new PersonOrUserReported())],
            }
        );

    private static PersonOrUserReported Named(
        this PersonOrUserReported reported,
        Func<Person, Person> change
    ) =>
        reported with
        {
            PersonOrUserReportedPerson = change(reported.PersonOrUserReportedPerson ?? new Person()),
        };

    private static ValueList<Email> Emails(ValueList<Email> emails, string value) =>
        FieldValues.OrNull(value) is not { } address ? [.. emails.Skip(1)]
        : emails.Count == 0 ? [new Email { Address = address }]
        : emails.With(0, new Email { Address = address, Type = emails[0].Type });

    private static ValueList<Phone> Phones(ValueList<Phone> phones, string value) =>
        FieldValues.OrNull(value) is not { } number ? [.. phones.Skip(1)]
        : phones.Count == 0 ? [new Phone { Number = number }]
        : phones.With(0, new Phone { Number = number, Type = phones[0].Type });

    private static ValueList<IpCaptureEvent> Events(ValueList<IpCaptureEvent> events, string value) =>
        FieldValues.OrNull(value) is not { } address ? [.. events.Skip(1)]
        : events.Count == 0 ? [new IpCaptureEvent { IpAddress = address }]
        : events.With(0, events[0] with { IpAddress = address });

    private static ReportDraft Seen(ReportDraft draft, Func<IpCaptureEvent, IpCaptureEvent> change) =>
        Change(
            draft,
            it =>
                it.IpCaptureEvent is [var first, ..]
                    ? it with
                    {
                        IpCaptureEvent = it.IpCaptureEvent.With(0, change(first)),
                    }
                    : throw FieldValues.Bad("Internet address", "needed with its port or time")
        );

    private static int? Port(string value) =>
        string.IsNullOrWhiteSpace(value) ? null
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port
        : throw FieldValues.Bad("Its port", "a number from 1 to 65535");
}
